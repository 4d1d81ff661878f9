import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { handling, KeyedQueue } from '@alloy/service';
import { decideRelease } from './decide-release';

export interface PlannerOptions {
  readonly log: ReleaseLog;
  /** Types of what was decided for one release, and how long it took. */
  readonly onDecided?: (types: readonly string[], seconds: number) => void;
  readonly onConflict?: () => void;
  /** A release that could not be decided; the others of its project go on. */
  readonly onError: (error: unknown, releaseId: string) => void;
  /** A wake names a release that is not in the log. */
  readonly onUnknown?: (releaseId: string) => void;
  /** A release's decisions are in: its due time may have changed. */
  readonly onSettled?: () => void;
  /** Projects worked on at once; default 6. */
  readonly parallel?: number;
}

/** A release that ends lets the next one go: so often at most in one go, the rest at the next wake. */
const PASSES = 20;
const KNOWN = 10_000;

/** Decides whatever is to be decided; it is told who was woken, and looks at everything that waits beside it. */
export class Planner {
  private readonly queue: KeyedQueue;
  /** Scope of a release; it never changes. */
  private readonly scopes = new Map<string, ReleaseKey>();
  /** Woken releases by scope, ended ones too: an intent may have come too late. */
  private readonly woken = new Map<string, Map<string, ReleaseKey>>();

  constructor(private readonly options: PlannerOptions) {
    this.queue = new KeyedQueue((scope) => this.settle(scope), { parallel: options.parallel ?? 6 });
  }

  /** Resolves when everything that this wake could make due is decided. */
  async trigger(releaseId: string): Promise<void> {
    const key = await this.keyOf(releaseId);
    if (key) await this.add(key);
  }

  /** The same for all that waits for the planner or has come due; one that hangs or fails holds up no other. */
  async sweep(): Promise<void> {
    for (const key of await this.options.log.waitingFor('planner')) this.add(key).catch(() => undefined);
  }

  /** Finishes the decisions that are being made and starts no others: the next planner makes them. */
  stop(): Promise<void> {
    return this.queue.stop();
  }

  /** Resolves once nothing is being decided. */
  idle(): Promise<void> {
    return this.queue.idle();
  }

  private add(key: ReleaseKey): Promise<void> {
    const scope = JSON.stringify([key.project, key.environment]);
    const woken = this.woken.get(scope) ?? new Map<string, ReleaseKey>();
    this.woken.set(scope, woken.set(key.releaseId, key));
    return this.queue.add(scope);
  }

  private async keyOf(releaseId: string): Promise<ReleaseKey | undefined> {
    const known = this.scopes.get(releaseId);
    if (known) return known;
    const { state } = await this.options.log.load(releaseId);
    if (state.status === 'none') {
      this.options.onUnknown?.(releaseId);
      return undefined;
    }
    const key = { releaseId, project: state.project, environment: state.environment };
    if (this.scopes.size >= KNOWN) this.scopes.clear();
    this.scopes.set(releaseId, key);
    return key;
  }

  /** Every release of one project and environment, until a whole pass decides nothing. */
  private async settle(scope: string): Promise<void> {
    const [project, environment] = JSON.parse(scope) as [string, string];
    const woken = this.woken.get(scope) ?? new Map<string, ReleaseKey>();
    this.woken.delete(scope);
    const failures: unknown[] = [];
    // Who was woken first: what waits beside it is looked for meanwhile.
    for (let pass = 0, decided = true; decided && failures.length === 0 && pass < PASSES; pass++) {
      decided = false;
      const first = pass === 0 ? [...woken.values()] : [];
      const waiting = this.options.log.unfinished(project, environment);
      waiting.catch(() => undefined);
      for (const key of first) decided = (await this.decide(key, failures)) || decided;
      for (const key of await waiting) if (pass > 0 || !woken.has(key.releaseId)) decided = (await this.decide(key, failures)) || decided;
    }
    this.options.onSettled?.();
    if (failures.length > 0) throw failures[0];
  }

  /** True if something was decided. */
  private async decide(key: ReleaseKey, failures: unknown[]): Promise<boolean> {
    try {
      return await handling('decide', { release: key.releaseId }, () => this.decideOne(key));
    } catch (error) {
      failures.push(error);
      return false;
    }
  }

  private async decideOne(key: ReleaseKey): Promise<boolean> {
    const since = performance.now();
    try {
      const types = await decideRelease(key, this.options);
      if (types.length > 0) this.options.onDecided?.(types, (performance.now() - since) / 1_000);
      return types.length > 0;
    } catch (error) {
      this.options.onError(error, key.releaseId);
      throw error;
    }
  }
}
