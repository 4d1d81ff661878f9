import type { ReleaseKey, ReleaseLog } from '@alloy/ledger';
import { KeyedQueue } from '@alloy/runtime';
import { handling } from '@alloy/service';
import { decideRelease } from './decide-release';

export interface PlannerOptions {
  readonly log: ReleaseLog;
  /** Called with the types of the decisions of one release, and how long they took. */
  readonly onDecided?: (types: readonly string[], seconds: number) => void;
  readonly onConflict?: () => void;
  /** Called if a release could not be decided; the others of its project are still decided. */
  readonly onError: (error: unknown, releaseId: string) => void;
  /** Called if a trigger names a release that is not in the log. */
  readonly onUnknown?: (releaseId: string) => void;
  /** Called when a release's decisions are appended: its due time may have changed. */
  readonly onSettled?: () => void;
  /** Projects processed concurrently; default 6. */
  readonly parallel?: number;
}

/** Limit of passes: an ended release admits the next one, so passes repeat; the resync makes further ones. */
const MAX_PASSES = 20;
const KNOWN = 10_000;

/**
 * Makes all due decisions: of triggered releases, and of the releases of the same project and environment that wait.
 */
export class Planner {
  private readonly queue: KeyedQueue;
  /** Scope of a release; it never changes. */
  private readonly scopes = new Map<string, ReleaseKey>();
  /** Triggered releases by scope, including ended ones: a late intent may need an answer. */
  private readonly triggered = new Map<string, Map<string, ReleaseKey>>();

  constructor(private readonly options: PlannerOptions) {
    this.queue = new KeyedQueue((scope) => this.settle(scope), { parallel: options.parallel ?? 6 });
  }

  /** Resolves when all decisions that this trigger can make due are made. */
  async trigger(releaseId: string): Promise<void> {
    const key = await this.keyOf(releaseId);
    if (key) await this.add(key);
  }

  /** A hold may have begun or ended. */
  triggerAll(): Promise<void> {
    return this.resync();
  }

  /**
   * Decides all releases that wait for the planner or are due; a release that hangs or fails does not block the others.
   */
  async resync(): Promise<void> {
    for (const key of await this.options.log.waitingFor('planner')) this.add(key).catch(() => undefined);
  }

  /** Finishes running decisions and starts no others: the next planner makes them. */
  stop(): Promise<void> {
    return this.queue.stop();
  }

  /** Resolves once no decision is running. */
  idle(): Promise<void> {
    return this.queue.idle();
  }

  private add(key: ReleaseKey): Promise<void> {
    const scope = JSON.stringify([key.project, key.environment]);
    const triggered = this.triggered.get(scope) ?? new Map<string, ReleaseKey>();
    this.triggered.set(scope, triggered.set(key.releaseId, key));
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

  /**
   * Decides all releases of one project and environment, until a whole pass decides nothing. One pass is enough for a
   * release that is alone, because `decide` makes all its due decisions.
   */
  private async settle(scope: string): Promise<void> {
    const [project, environment] = JSON.parse(scope) as [string, string];
    const triggered = this.triggered.get(scope) ?? new Map<string, ReleaseKey>();
    this.triggered.delete(scope);
    const failures: unknown[] = [];
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const decided = new Set<string>();
      const decide = async (key: ReleaseKey): Promise<void> => {
        if (await this.decide(key, failures)) decided.add(key.releaseId);
      };
      // Decide the triggered releases first; the query for other unfinished releases runs in parallel.
      const query = this.options.log.unfinished(project, environment);
      query.catch(() => undefined);
      if (pass === 0) for (const key of triggered.values()) await decide(key);
      const unfinished = await query;
      for (const key of unfinished) if (pass > 0 || !triggered.has(key.releaseId)) await decide(key);
      const isAlone = decided.size === 1 && unfinished.every(({ releaseId }) => decided.has(releaseId));
      if (failures.length > 0 || decided.size === 0 || isAlone) break;
    }
    this.options.onSettled?.();
    if (failures.length > 0) throw failures[0];
  }

  /** Whether a decision was made. */
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
