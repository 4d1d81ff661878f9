import { setImmediate as immediate } from 'node:timers/promises';
import type { CommitNotification } from './commit-notification';
import type { Slots } from './slots';
import type { Trigger } from './trigger';

export interface EarlyTriggersOptions {
  /** Shared with the triggers of JetStream. */
  readonly slots: Slots;
  /** Names the handlers of a trigger: the same text for the same handlers. Undefined: no handler matches. */
  readonly handlersOf: (trigger: Trigger) => string | undefined;
  /** Rejects if the trigger could not be handled. */
  readonly handle: (trigger: Trigger) => Promise<void>;
}

/** Limit of remembered triggers; an older one is handled again when JetStream delivers it. */
const MAX_REMEMBERED = 1_000;

/**
 * Handles a trigger at the writer's commit notification, without waiting for the relay and JetStream; JetStream's
 * trigger for the same event is then skipped. Notifications of one stream that arrive together, such as those of one
 * commit, are handled once.
 * A commit notification may be lost, and is ignored while all slots are taken: JetStream's trigger is the reliable one.
 */
export class EarlyTriggers {
  private readonly started = new Map<string, Promise<boolean>>();
  /** Triggers whose handler starts once all messages that have arrived are taken, by stream and handlers. */
  private readonly gathering = new Map<string, Promise<boolean>>();

  constructor(private readonly options: EarlyTriggersOptions) {}

  take({ trigger, version }: CommitNotification): void {
    const handled = this.join(trigger);
    if (!handled) return;
    this.started.set(keyOf(trigger, version), handled);
    for (const [oldest] of this.started) {
      if (this.started.size <= MAX_REMEMBERED) return;
      this.started.delete(oldest);
    }
  }

  /** Whether the handler succeeded; undefined: the notification is ignored. */
  private join(trigger: Trigger): Promise<boolean> | undefined {
    const { slots, handle, handlersOf } = this.options;
    const handlers = handlersOf(trigger);
    if (handlers === undefined) return undefined;
    const key = `${trigger.stream} ${handlers}`;
    const known = this.gathering.get(key);
    if (known) return known;
    if (!slots.tryTake()) return undefined;
    const handled = immediate()
      .then(() => {
        this.gathering.delete(key);
        return handle(trigger);
      })
      .then(() => true, () => false)
      .finally(() => slots.free());
    this.gathering.set(key, handled);
    return handled;
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
