import { releaseIdOf } from '@alloy/contracts';
import type { AsyncView } from '@alloy/event-store';
import type { Reason } from '@alloy/release';
import type { ClientBase } from 'pg';
import { isReleaseEvent, type OrderedReleaseEvent } from '../async-view';

/** How long each attempt at each step took, and how it ended. */
export const releaseStepView: AsyncView = {
  name: 'release_step',
  async apply(client, events) {
    for (const event of events) if (isReleaseEvent(event)) await fold(client, event);
  },
};

async function fold(client: ClientBase, event: OrderedReleaseEvent): Promise<void> {
  switch (event.type) {
    case 'StepStarted':
      return start(client, event, { ...event.data, decision: event.version, kind: event.data.spec.kind, weight: 'weight' in event.data.spec ? event.data.spec.weight : null });
    case 'StepCompleted':
      return end(client, event, 'completed', event.data.reason);
    case 'RollbackDecided':
      await end(client, event, event.type, event.data.reason);
      return start(client, event, { step: -1, attempt: event.data.attempt, decision: event.version, kind: 'rollback', weight: 0 });
    case 'ReleasePromoted':
    case 'ReleaseRolledBack':
      return end(client, event, 'completed', event.data.reason);
    case 'ReleaseFailed':
    case 'ReleaseStuck':
    case 'ReleaseAborted':
      return end(client, event, event.type, event.data.reason);
  }
}

interface Start {
  readonly step: number;
  readonly attempt: number;
  readonly decision: number;
  readonly kind: string;
  readonly weight: number | null;
}

async function start(client: ClientBase, event: OrderedReleaseEvent, { step, attempt, decision, kind, weight }: Start): Promise<void> {
  await client.query(
    `INSERT INTO release_step (release_id, decision, step, attempt, kind, weight, started_at, seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (release_id, decision) DO NOTHING`,
    [releaseIdOf(event.stream), decision, step, attempt, kind, weight, event.occurredAt, event.seq],
  );
}

async function end(client: ClientBase, event: OrderedReleaseEvent, outcome: string, reason: Reason): Promise<void> {
  await client.query('UPDATE release_step SET ended_at = $2, outcome = $3, reason = $4, seq = $5 WHERE release_id = $1 AND ended_at IS NULL', [
    releaseIdOf(event.stream), event.occurredAt, outcome, JSON.stringify(reason), event.seq,
  ]);
}
