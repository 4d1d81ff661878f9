import { upcast, type Upcasters } from '@alloy/contracts';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { VersionConflict, type InlineView, type StreamAppend } from '../ports';
import { appendEvents, type Outcome } from './append-events';

export interface AppendParts {
  readonly pool: Pool;
  readonly inlineViews: readonly InlineView[];
  readonly upcasters: Upcasters | undefined;
}

/**
 * One attempt, in one transaction, at one or more appends; `appends` is prepared, not empty, and each is to a different
 * stream. The outcomes are as written, not upcast. A stream that is not at its expected version gets a conflict, and
 * the others are appended unless `whole` is set. Rejects with any other error.
 */
export async function appendOnce(
  { pool, inlineViews, upcasters }: AppendParts,
  appends: readonly StreamAppend[],
  whole: boolean,
): Promise<readonly Outcome[]> {
  // A single statement commits by itself.
  if (inlineViews.length === 0) return appendEvents(pool, appends, whole);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    // The append is the first write of the transaction, and reads the heads immediately before.
    const [, outcomes] = await Promise.all([client.query('BEGIN'), appendEvents(client, appends, whole)]);
    const events = outcomes.flatMap((outcome) =>
      outcome instanceof VersionConflict ? [] : outcome.map((event) => upcast(event, upcasters)),
    );
    const last: QueryConfig[] = [];
    if (events.length > 0) for (const view of inlineViews) last.push(...((await view.apply(client, events)) ?? []));
    // A COMMIT after a failed statement is a rollback.
    await Promise.all([...last.map((statement) => client.query(statement)), client.query('COMMIT')]);
    return outcomes;
  } catch (error) {
    broken = await rollback(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Returns the error of a connection that is no longer usable. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
