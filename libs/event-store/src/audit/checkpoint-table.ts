import type { SignedCheckpoint } from '@alloy/audit';
import type { ClientBase, Pool } from 'pg';

type Connection = Pool | ClientBase;
type Row = Omit<SignedCheckpoint, 'seq' | 'at'> & { readonly seq: string; readonly at: Date };

const COLUMNS = 'number, seq, streams, root, at, previous, key, signature';

/** The stored checkpoints with a number greater than `after`, in order. */
export async function readCheckpoints(connection: Connection, after = 0): Promise<readonly SignedCheckpoint[]> {
  const { rows } = await connection.query<Row>(`SELECT ${COLUMNS} FROM checkpoint WHERE number > $1 ORDER BY number`, [after]);
  return rows.map(fromRow);
}

/** The checkpoint with the number, by default the last one. Undefined: it does not exist. */
export async function readCheckpoint(connection: Connection, number?: number): Promise<SignedCheckpoint | undefined> {
  const { rows } = await connection.query<Row>(
    `SELECT ${COLUMNS} FROM checkpoint WHERE number = coalesce($1, (SELECT max(number) FROM checkpoint))`,
    [number ?? null],
  );
  return rows[0] && fromRow(rows[0]);
}

/** False: another process has inserted a checkpoint with this number. */
export async function insertCheckpoint(
  connection: Connection,
  { number, seq, streams, root, at, previous, key, signature }: SignedCheckpoint,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    `INSERT INTO checkpoint (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [number, seq, streams, root, at, previous, key, signature],
  );
  return rowCount === 1;
}

const fromRow = (row: Row): SignedCheckpoint => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() });
