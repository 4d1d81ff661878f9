import { crashPoint, type Upcasters } from '@alloy/contracts';
import { Loop } from '@alloy/runtime';
import type { Pool } from 'pg';
import { advanceView } from './advance-view';
import type { AsyncView } from './async-view';
import { catchUp } from './catch-up';

export interface ProjectorOptions {
  readonly pool: Pool;
  readonly views: readonly AsyncView[];
  /** Default: events are passed as written. */
  readonly upcasters?: Upcasters;
  /**
   * A view that fails is retried, and the other views continue. `view` is undefined if the log itself cannot be read.
   */
  readonly onError: (error: unknown, view: string | undefined) => void;
  /** Default 250. */
  readonly pollMs?: number;
  /** Events per transaction; default 500. */
  readonly batch?: number;
}

/** Keeps views up to date with the log by seq. Any number of replicas: a view's cursor is locked while it moves. */
export class Projector {
  private readonly loop: Loop;
  private readonly batch: number;
  private known = false;

  constructor(private readonly options: ProjectorOptions) {
    this.batch = options.batch ?? 500;
    this.loop = new Loop({
      step: () => this.round(),
      intervalMs: options.pollMs ?? 250,
      onError: (error) => options.onError(error, undefined),
    });
  }

  /** Idempotent. */
  start(): void {
    this.loop.start();
  }

  /** New events may have a seq. */
  trigger(): void {
    this.loop.trigger();
  }

  /**
   * Whether `view` contains, after at most `patienceMs` (default 1000), all events that were committed before this
   * call; false while no relay orders the log, for example without a planner.
   */
  caughtUp(view: AsyncView, patienceMs = 1_000): Promise<boolean> {
    return catchUp({ pool: this.options.pool, view, trigger: () => this.trigger(), patienceMs });
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** One step for each view that is behind; true: at least one moved, so there may be more. */
  async round(): Promise<boolean> {
    await this.makeKnown();
    let moved = false;
    for (const view of await this.behind()) moved = (await this.advance(view)) || moved;
    return moved;
  }

  private async advance(view: AsyncView): Promise<boolean> {
    try {
      const folded = await advanceView(this.options.pool, view, this.options.upcasters, this.batch);
      if (folded > 0) crashPoint('view.after-commit');
      return folded > 0;
    } catch (error) {
      this.options.onError(error, view.name);
      return false;
    }
  }

  /** Creates a cursor for each view, once; outside of the step, so that two replicas do not conflict over a new row. */
  private async makeKnown(): Promise<void> {
    if (this.known) return;
    const { pool, views } = this.options;
    await pool.query(
      'INSERT INTO projection_cursor (name, generation) SELECT * FROM unnest($1::text[], $2::integer[]) ON CONFLICT DO NOTHING',
      columns(views),
    );
    this.known = true;
  }

  private async behind(): Promise<readonly AsyncView[]> {
    const { pool, views } = this.options;
    const { rows } = await pool.query<{ name: string; generation: number }>(
      `SELECT name, generation FROM projection_cursor
        JOIN unnest($1::text[], $2::integer[]) AS mine(name, generation) USING (name, generation)
       WHERE seq < (SELECT coalesce(max(seq), 0) FROM event_order)`,
      columns(views),
    );
    return views.filter((view) => rows.some((row) => row.name === view.name && row.generation === (view.generation ?? 1)));
  }
}

function columns(views: readonly AsyncView[]): [string[], number[]] {
  return [views.map((view) => view.name), views.map((view) => view.generation ?? 1)];
}
