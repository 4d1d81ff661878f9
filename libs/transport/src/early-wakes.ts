import type { Poke } from './poke';
import type { Slots } from './slots';
import type { Wake } from './wake';

export interface EarlyWakesOptions {
  /** Shared with the wakes of JetStream. */
  readonly slots: Slots;
  /** Rejects if the wake could not be handled; undefined: nobody wants it. */
  readonly handle: (wake: Wake) => Promise<void> | undefined;
}

/** Remembered at most; what falls out is handled once more. */
const MOST = 1_000;

/**
 * Handles a wake when its writer pokes, without waiting for the relay and JetStream; JetStream's wake for the same event then finds it done.
 * A poke may be lost, and is passed over when there is much to do: JetStream's wake is what counts.
 */
export class EarlyWakes {
  private readonly begun = new Map<string, Promise<boolean>>();

  constructor(private readonly options: EarlyWakesOptions) {}

  take({ wake, version }: Poke): void {
    const { slots, handle } = this.options;
    if (!slots.tryTake()) return;
    const handled = handle(wake);
    if (!handled) return slots.free();
    this.begun.set(keyOf(wake, version), handled.then(() => true, () => false).finally(() => slots.free()));
    for (const [oldest] of this.begun) {
      if (this.begun.size <= MOST) return;
      this.begun.delete(oldest);
    }
  }

  /** True: that event's wake came early and was handled, which is waited for. To be asked once per message. */
  async handled(wake: Wake, version: number): Promise<boolean> {
    const key = keyOf(wake, version);
    const outcome = this.begun.get(key);
    this.begun.delete(key);
    return outcome ?? false;
  }
}

const keyOf = ({ stream }: Wake, version: number): string => `${stream}@${version}`;
