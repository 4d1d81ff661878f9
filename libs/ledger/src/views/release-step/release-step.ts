import { releaseIdOf } from '@alloy/contracts';
import type { AsyncView } from '@alloy/event-store';
import type { ClientBase } from 'pg';
import { isReleaseEvent } from '../async-view';
import { foldSteps, type StepEnd, type StepRow } from './fold-steps';

/** The duration and the end of each attempt at each step. Two statements per batch. */
export const releaseStepView: AsyncView = {
  name: 'release_step',
  async apply(client, events) {
    const { ended, rows } = foldSteps(events.filter(isReleaseEvent).map((event) => ({ ...event, releaseId: releaseIdOf(event.stream)! })));
    // First the attempts of earlier batches: the first end in this batch ends them.
    await end(client, [...ended]);
    await insert(client, rows);
  },
};

async function end(client: ClientBase, ended: ReadonlyArray<readonly [releaseId: string, end: StepEnd]>): Promise<void> {
  if (ended.length === 0) return;
  const column = (of: (end: StepEnd) => unknown): unknown[] => ended.map(([, one]) => of(one));
  await client.query(
    `UPDATE release_step AS s SET ended_at = e.at, outcome = e.outcome, reason = e.reason::jsonb, seq = e.seq
     FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[]) AS e(release_id, at, outcome, reason, seq)
     WHERE s.release_id = e.release_id AND s.ended_at IS NULL`,
    [
      ended.map(([releaseId]) => releaseId),
      column((e) => e.at),
      column((e) => e.outcome),
      column((e) => JSON.stringify(e.reason)),
      column((e) => e.seq),
    ],
  );
}

async function insert(client: ClientBase, rows: readonly StepRow[]): Promise<void> {
  if (rows.length === 0) return;
  const column = (of: (row: StepRow) => unknown): unknown[] => rows.map(of);
  await client.query(
    `INSERT INTO release_step (release_id, decision, step, attempt, kind, weight, started_at, ended_at, outcome, reason, seq)
     SELECT release_id, decision, step, attempt, kind, weight, started_at, ended_at, outcome, reason::jsonb, seq
     FROM unnest($1::text[], $2::integer[], $3::integer[], $4::integer[], $5::text[], $6::float8[], $7::timestamptz[],
       $8::timestamptz[], $9::text[], $10::text[], $11::bigint[])
       AS r(release_id, decision, step, attempt, kind, weight, started_at, ended_at, outcome, reason, seq)
     ON CONFLICT (release_id, decision) DO NOTHING`,
    [
      column((r) => r.releaseId),
      column((r) => r.decision),
      column((r) => r.step),
      column((r) => r.attempt),
      column((r) => r.kind),
      column((r) => r.weight),
      column((r) => r.startedAt),
      column((r) => r.end?.at ?? null),
      column((r) => r.end?.outcome ?? null),
      column((r) => r.end && JSON.stringify(r.end.reason)),
      column((r) => r.end?.seq ?? r.seq),
    ],
  );
}
