import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { anEvent } from './an-event';

const INSERT = {
  name: 'bench-insert',
  text: `INSERT INTO bench_event (stream, version, id, type, schema, family, project, environment, actor_kind, actor_id,
      correlation_id, causation_id, traceparent, occurred_at, data, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
};

/** A table with the columns of the event log. Its only operation is the floor: one INSERT that commits by itself. */
export class BareTable {
  private constructor(private readonly pool: Pool) {}

  static async create(pool: Pool): Promise<BareTable> {
    await pool.query('CREATE TABLE IF NOT EXISTS bench_event (LIKE event INCLUDING ALL)');
    return new BareTable(pool);
  }

  async insert(stream: string, version: number): Promise<void> {
    const e = anEvent({ id: randomUUID() });
    await this.pool.query({
      ...INSERT,
      values: [
        stream, version, e.id, e.type, e.schema, e.family, e.project, e.environment, e.actor.kind, e.actor.id,
        e.correlationId, e.causationId, e.traceparent, '2026-01-01T00:00:00.000Z', JSON.stringify(e.data), '0'.repeat(64),
      ],
    });
  }
}
