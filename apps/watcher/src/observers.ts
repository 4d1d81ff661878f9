import { isClusterError } from '@alloy/cluster';
import type { ReleaseKey } from '@alloy/ledger';
import { handling } from '@alloy/service';
import type { Look } from './observation';

/** What is observed: a look at a time, and the end of it. */
export interface Observed {
  /** Where it runs; undefined: not known yet. */
  readonly namespace: string | undefined;
  look(): Promise<Look>;
  /** What takes longer than a look may: begun after one, and not again before it has ended. */
  judge(): Promise<void>;
  release(): Promise<void>;
}

export interface ObserversOptions {
  /** Milliseconds from the end of one look to the start of the next. */
  readonly everyMs: number;
  readonly observe: (key: ReleaseKey) => Observed;
  readonly onError: (key: ReleaseKey, error: unknown) => void;
}

/** The releases that this replica looks at: each in a loop of its own, so that one that hangs or fails holds up no other. */
export class Observers {
  private readonly loops = new Map<string, Loop>();
  private stopped = false;

  constructor(private readonly options: ObserversOptions) {}

  /** Starts to observe the release, or looks at once if it is observed already. */
  wake(key: ReleaseKey): void {
    if (this.stopped) return;
    const loop = this.loops.get(key.releaseId);
    if (loop) return loop.kick();
    const started = new Loop(key, this.options, () => this.loops.delete(key.releaseId));
    this.loops.set(key.releaseId, started);
    started.kick();
  }

  /** Looks at once at all that is observed there: something in that namespace has changed. */
  wakeIn(namespace: string): void {
    for (const loop of this.loops.values()) if (loop.observed.namespace === namespace) loop.kick();
  }

  get size(): number {
    return this.loops.size;
  }

  /** Resolves when no look is under way, and nothing is judged; leases are given back. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.loops.values()].map((loop) => loop.stop()));
  }
}

class Loop {
  readonly observed: Observed;
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private judging: Promise<void> | undefined;
  private again = false;
  /** The API server asked for patience: no look before its time has passed, whatever happens. */
  private patient = false;
  private ended = false;

  constructor(
    private readonly key: ReleaseKey,
    private readonly options: ObserversOptions,
    private readonly onEnd: () => void,
  ) {
    this.observed = options.observe(key);
  }

  kick(): void {
    if (this.ended) return;
    this.again = true;
    if (this.patient) return;
    clearTimeout(this.timer);
    this.current ??= this.run();
  }

  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.current;
    await this.judging;
    await this.observed.release().catch((error: unknown) => this.options.onError(this.key, error));
  }

  private async run(): Promise<void> {
    while (this.again && !this.ended && !this.patient) {
      this.again = false;
      await this.once();
    }
    this.current = undefined;
    if (!this.ended && !this.patient) this.timer = setTimeout(() => this.kick(), this.options.everyMs);
  }

  /** Never rejects. */
  private once(): Promise<void> {
    return this.handled('observe', () => this.look());
  }

  private async look(): Promise<void> {
    const look = await this.observed.look();
    if (look === 'looked') this.judging ??= this.handled('judge', () => this.observed.judge()).finally(() => (this.judging = undefined));
    if (look !== 'ended') return;
    this.ended = true;
    await this.judging;
    this.onEnd();
  }

  /** Never rejects. */
  private handled(name: string, run: () => Promise<void>): Promise<void> {
    return handling(name, { release: this.key.releaseId }, run).catch((error: unknown) => {
      this.options.onError(this.key, error);
      this.obey(error);
    });
  }

  private obey(error: unknown): void {
    const seconds = isClusterError(error) ? error.details.retryAfterSeconds : undefined;
    if (!seconds || this.ended) return;
    this.patient = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.patient = false;
      this.kick();
    }, seconds * 1_000);
  }
}
