import type { CommitNotification } from './commit-notification';
import type { Slots } from './slots';
import type { Trigger } from './trigger';

export interface EarlyTriggersOptions {
  /** Shared with the triggers of JetStream. */
  readonly slots: Slots;
  /** Rejects if the trigger could not be handled; undefined: no handler matches. */
  readonly handle: (trigger: Trigger) => Promise<void> | undefined;
}

/** Limit of remembered triggers; an older one is handled again when JetStream delivers it. */
const MAX_REMEMBERED = 1_000;

/**
 * Handles a trigger at the writer's commit notification, without waiting for the relay and JetStream; JetStream's
 * trigger for the same event is then skipped.
 * A commit notification may be lost, and is ignored while all slots are taken: JetStream's trigger is the reliable one.
 */
export class EarlyTriggers {
  private readonly started = new Map<string, Promise<boolean>>();

  constructor(private readonly options: EarlyTriggersOptions) {}

  take({ trigger, version }: CommitNotification): void {
    const { slots, handle } = this.options;
    if (!slots.tryTake()) return;
    const handled = handle(trigger);
    if (!handled) return slots.free();
    this.started.set(keyOf(trigger, version), handled.then(() => true, () => false).finally(() => slots.free()));
    for (const [oldest] of this.started) {
      if (this.started.size <= MAX_REMEMBERED) return;
      this.started.delete(oldest);
    }
  }

  /** Whether that event's trigger was handled early; waits for the handler. Call it once per message. */
  async handled(trigger: Trigger, version: number): Promise<boolean> {
    const key = keyOf(trigger, version);
    const outcome = this.started.get(key);
    this.started.delete(key);
    return outcome ?? false;
  }
}

const keyOf = ({ stream }: Trigger, version: number): string => `${stream}@${version}`;
