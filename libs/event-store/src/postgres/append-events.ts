import type { StoredEvent } from '@alloy/contracts';
import type { ClientBase, Pool } from 'pg';
import { VersionConflict, type StreamAppend } from '../ports';
import { envelopeText } from './envelope-text';

/** The outcome of the append to one stream. */
export type Outcome = readonly StoredEvent[] | VersionConflict;

interface Row {
  /** The number of the append, from 1. */
  readonly place: number;
  readonly at_version: number;
  readonly occurred: string;
  /** null: the append was refused. */
  readonly chained: string | null;
}

const APPEND = { name: 'event-append', text: 'SELECT place, at_version, occurred, chained FROM append_events($1, $2, $3, $4, $5, $6)' };

/**
 * Checks versions, chains hashes and inserts, in one round trip; the outcomes are in the order of `appends`, each of
 * which is to a different stream. `whole`: if one is refused, none is stored, and the outcomes of the others are empty.
 * Rejects as a whole if another writer stores the same version or id concurrently.
 */
export async function appendEvents(
  connection: Pool | ClientBase,
  appends: readonly StreamAppend[],
  whole: boolean,
): Promise<readonly Outcome[]> {
  const placed = appends.flatMap(({ stream, events }, i) => events.map((event) => ({ owner: i + 1, ...envelopeText(stream, event) })));
  const { rows } = await connection.query<Row>({
    ...APPEND,
    values: [
      appends.map(({ stream }) => stream),
      appends.map(({ expected }) => (expected === 'any' ? null : expected)),
      placed.map(({ owner }) => owner),
      placed.map(({ head }) => head),
      placed.map(({ tail }) => tail),
      whole,
    ],
  });
  return outcomes(appends, rows);
}

function outcomes(appends: readonly StreamAppend[], rows: readonly Row[]): readonly Outcome[] {
  const refused = new Map(rows.filter(({ chained }) => chained === null).map((row) => [row.place, row.at_version]));
  const stored = rows.filter((row): row is Row & { readonly chained: string } => row.chained !== null);
  let next = 0;
  return appends.map(({ stream, expected, events }, i) => {
    const actual = refused.get(i + 1);
    if (actual !== undefined) return new VersionConflict(stream, Number(expected), actual);
    const own = stored[next]?.place === i + 1 ? stored.slice(next, (next += events.length)) : [];
    return own.map((row, n) => ({ ...events[n]!, stream, version: row.at_version, occurredAt: row.occurred, hash: row.chained }));
  });
}
