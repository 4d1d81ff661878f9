import { systemClock, type Clock } from './clock';

/**
 * Combines requests that follow each other closely, separately for each key.
 *
 * - quiet: a request runs immediately, and the key is busy for `ms`.
 * - busy: requests are remembered; at the end all of them together run once, and the key is busy again. Without any it
 *   is quiet.
 */
export class Throttle<K> {
  private readonly busy = new Map<K, { isRequested: boolean; readonly cancel: () => void }>();

  constructor(
    private readonly run: (key: K) => void,
    private readonly ms: number,
    private readonly clock: Clock = systemClock,
  ) {}

  request(key: K): void {
    const busy = this.busy.get(key);
    if (busy) {
      busy.isRequested = true;
      return;
    }
    this.busy.set(key, { isRequested: false, cancel: this.clock.after(this.ms, () => this.end(key)) });
    this.run(key);
  }

  /** Drops the remembered requests; all keys are quiet. */
  stop(): void {
    for (const { cancel } of this.busy.values()) cancel();
    this.busy.clear();
  }

  private end(key: K): void {
    const wasRequested = this.busy.get(key)?.isRequested;
    this.busy.delete(key);
    if (wasRequested) this.request(key);
  }
}
