import { releaseIdOf } from '@alloy/contracts';
import type { AsyncView } from '@alloy/event-store';
import type { EventOf, Reason, Status } from '@alloy/release';
import type { ClientBase } from 'pg';
import { endings, isEnding } from '../../release-log/status';
import { isReleaseEvent, type OrderedReleaseEvent } from '../async-view';

/** Every release of every project: what was asked for, and what became of it. */
export const projectHistoryView: AsyncView = {
  name: 'project_history',
  async apply(client, events) {
    for (const event of events) if (isReleaseEvent(event)) await fold(client, event);
  },
};

async function fold(client: ClientBase, event: OrderedReleaseEvent): Promise<void> {
  if (event.type === 'ReleaseRequested') return open(client, event);
  if (event.type === 'ReleasePlanned') return plan(client, event, event.data.plan.strategy);
  if (isEnding(event.type)) return end(client, event, endings[event.type], (event.data as { reason: Reason }).reason);
  const status = statusAfter(event.type);
  if (status) await client.query(`UPDATE project_history SET status = $2, last_seq = $3 WHERE release_id = $1 AND last_seq < $3`, [releaseIdOf(event.stream), status, event.seq]);
}

/** The status that a decision leads to, where it leads to another one without ending the release. */
function statusAfter(type: OrderedReleaseEvent['type']): Status | undefined {
  const statuses: Partial<Record<OrderedReleaseEvent['type'], Status>> = {
    ReleaseQueued: 'queued', GateOpened: 'gated', ReleasePaused: 'paused', ReleaseResumed: 'releasing', PromotionDecided: 'promoting', RollbackDecided: 'rollingBack',
  };
  return statuses[type];
}

async function open(client: ClientBase, event: OrderedReleaseEvent & EventOf<'ReleaseRequested'>): Promise<void> {
  const { strategy, image, imageTag, commitSha, retryOf, rollbackOf } = event.data;
  await client.query(
    `INSERT INTO project_history (release_id, project, environment, seq, last_seq, status, requested_strategy, image, image_tag, commit_sha,
                                  requested_by, retry_of, rollback_of, requested_at)
     VALUES ($1, $2, $3, $4, $4, 'requested', $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (release_id) DO NOTHING`,
    [releaseIdOf(event.stream), event.project, event.environment, event.seq, strategy, image, imageTag, commitSha, event.actor.id, retryOf, rollbackOf, event.occurredAt],
  );
}

async function plan(client: ClientBase, event: OrderedReleaseEvent, strategy: string): Promise<void> {
  await client.query(`UPDATE project_history SET status = 'releasing', strategy = $2, planned_at = $3, last_seq = $4 WHERE release_id = $1 AND last_seq < $4`, [
    releaseIdOf(event.stream), strategy, event.occurredAt, event.seq,
  ]);
}

async function end(client: ClientBase, event: OrderedReleaseEvent, status: Status, reason: Reason): Promise<void> {
  await client.query(`UPDATE project_history SET status = $2, reason = $3, ended_at = $4, last_seq = $5 WHERE release_id = $1 AND last_seq < $5`, [
    releaseIdOf(event.stream), status, JSON.stringify(reason), event.occurredAt, event.seq,
  ]);
}
