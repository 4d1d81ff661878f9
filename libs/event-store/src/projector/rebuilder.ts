import type { Upcasters } from '@alloy/contracts';
import type { Pool } from 'pg';
import type { AsyncView } from './async-view';
import { RebuildRunning, rebuildView, type Comparison, type RebuildProgress } from './rebuild-view';

export type RebuildState = 'running' | 'swapped' | 'compared' | 'failed' | 'interrupted';

export interface Rebuild extends RebuildProgress {
  readonly state: RebuildState;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  /** Null: not compared yet, or not possible because the live view is behind. */
  readonly comparison: Comparison | null;
  /** The reason of the failure. */
  readonly error: string | null;
}

/** A view that follows the log, with its last rebuild. */
export interface ViewStatus {
  readonly name: string;
  readonly seq: number;
  /** Number of events that it has not folded yet. */
  readonly behind: number;
  readonly rebuild: Rebuild | null;
}

export interface RebuilderOptions {
  readonly pool: Pool;
  readonly views: readonly AsyncView[];
  readonly upcasters?: Upcasters;
  readonly onError: (error: unknown, view: string) => void;
}

const STATUS = `
  SELECT c.name, c.seq::float8 AS seq, greatest(0, (SELECT coalesce(max(seq), 0) FROM event_order) - c.seq)::float8 AS behind,
    CASE WHEN r.name IS NULL THEN NULL ELSE jsonb_build_object('state', r.state, 'seq', r.seq, 'target', r.target,
      'startedAt', r.started_at, 'updatedAt', r.updated_at, 'comparison', r.comparison, 'error', r.error) END AS rebuild
  FROM projection_cursor c LEFT JOIN projection_rebuild r USING (name) WHERE c.generation = 1 AND c.name = ANY ($1) ORDER BY c.name`;

/**
 * Rebuilds views in the background, one after the other, so that requests keep their connections; stores the progress.
 */
export class Rebuilder {
  private readonly running = new Map<string, Promise<void>>();
  private last: Promise<void> = Promise.resolve();
  private readonly ending = new AbortController();

  constructor(private readonly options: RebuilderOptions) {}

  /** The state of each view, by name. */
  async status(): Promise<readonly ViewStatus[]> {
    const { pool, views } = this.options;
    return (await pool.query<ViewStatus>(STATUS, [views.map(({ name }) => name)])).rows;
  }

  /**
   * Resolves once the rebuild is queued; rebuilds run in order. False: it is already queued or running. Rejects with a
   * `RangeError` for an unknown view.
   */
  async start(name: string, swap: boolean): Promise<boolean> {
    const view = this.options.views.find((one) => one.name === name);
    if (!view) throw new RangeError(`unknown view ${name}`);
    if (this.running.has(name)) return false;
    const begun = this.begin(name);
    const earlier = this.last;
    this.last = begun.then(() => earlier).then(() => this.run(view, swap)).catch(() => undefined).finally(() => this.running.delete(name));
    this.running.set(name, this.last);
    await begun;
    return true;
  }

  /** Resolves when no rebuild is running or queued. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  /** Interrupts the running rebuild; the live views stay in use. */
  async stop(): Promise<void> {
    this.ending.abort(new Error('the service stops'));
    await this.idle();
  }

  private async run(view: AsyncView, swap: boolean): Promise<void> {
    const { pool, upcasters, onError } = this.options;
    try {
      const comparison = await rebuildView({
        pool, view, upcasters, swap, signal: this.ending.signal,
        onProgress: (progress) => this.progress(view.name, progress),
      });
      await this.end(view.name, swap ? 'swapped' : 'compared', comparison ?? null, null);
    } catch (error) {
      // Another replica rebuilds the view and reports its progress.
      if (error instanceof RebuildRunning) return;
      onError(error, view.name);
      const state = this.ending.signal.aborted ? 'interrupted' : 'failed';
      await this.end(view.name, state, null, error instanceof Error ? error.message : String(error)).catch((failure: unknown) =>
        onError(failure, view.name),
      );
    }
  }

  private async begin(name: string): Promise<void> {
    await this.options.pool.query(
      `INSERT INTO projection_rebuild AS r (name, state, seq, target) VALUES ($1, 'running', 0, 0)
       ON CONFLICT (name) DO UPDATE SET state = 'running', seq = 0, target = 0, started_at = clock_timestamp(),
         updated_at = clock_timestamp(), comparison = NULL, error = NULL`,
      [name],
    );
  }

  private async progress(name: string, { seq, target }: RebuildProgress): Promise<void> {
    await this.options.pool.query('UPDATE projection_rebuild SET seq = $2, target = $3, updated_at = clock_timestamp() WHERE name = $1', [
      name, seq, target,
    ]);
  }

  private async end(name: string, state: RebuildState, comparison: Comparison | null, error: string | null): Promise<void> {
    await this.options.pool.query(
      'UPDATE projection_rebuild SET state = $2, comparison = $3, error = $4, updated_at = clock_timestamp() WHERE name = $1',
      [name, state, comparison && JSON.stringify(comparison), error],
    );
  }
}
