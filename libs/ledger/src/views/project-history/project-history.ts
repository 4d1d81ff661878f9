import { releaseIdOf } from '@alloy/contracts';
import type { AsyncView } from '@alloy/event-store';
import type { EventOf, Reason, Status } from '@alloy/release';
import type { ClientBase } from 'pg';
import { endings, isEnding } from '../../release-log/status';
import { isReleaseEvent, type OrderedReleaseEvent } from '../async-view';

type Requested = OrderedReleaseEvent & EventOf<'ReleaseRequested'>;

/** The changes of a batch of events to a release's line; null: unchanged. */
interface Change {
  readonly releaseId: string;
  readonly seq: number;
  readonly status: Status;
  readonly strategy: string | null;
  readonly plannedAt: string | null;
  readonly reason: Reason | null;
  readonly endedAt: string | null;
}

/** Every release of every project, with its request and its outcome. Two statements per batch. */
export const projectHistoryView: AsyncView = {
  name: 'project_history',
  async apply(client, events) {
    const own = events.filter(isReleaseEvent);
    await open(client, own.filter((event): event is Requested => event.type === 'ReleaseRequested'));
    const changes = new Map<string, Change>();
    for (const event of own) {
      const change = changeOf(event);
      if (change) changes.set(change.releaseId, merged(changes.get(change.releaseId), change));
    }
    await write(client, [...changes.values()]);
  },
};

function changeOf(event: OrderedReleaseEvent): Change | undefined {
  const base = { releaseId: releaseIdOf(event.stream)!, seq: event.seq, strategy: null, plannedAt: null, reason: null, endedAt: null };
  if (event.type === 'ReleasePlanned')
    return { ...base, status: 'releasing', strategy: event.data.plan.strategy, plannedAt: event.occurredAt };
  if (isEnding(event.type))
    return { ...base, status: endings[event.type], reason: (event.data as { reason: Reason }).reason, endedAt: event.occurredAt };
  const status = event.type === 'ReleaseResumed' ? (event.data.to ?? 'releasing') : statusAfter(event.type);
  return status && { ...base, status };
}

/** The status after a decision that changes it without ending the release. */
function statusAfter(type: OrderedReleaseEvent['type']): Status | undefined {
  const statuses: Partial<Record<OrderedReleaseEvent['type'], Status>> = {
    ReleaseQueued: 'queued', GateOpened: 'gated', ReleasePaused: 'paused', ScaleDownDecided: 'scalingDown', ReleaseHeld: 'held',
    PromotionDecided: 'promoting', RollbackDecided: 'rollingBack',
  };
  return statuses[type];
}

const merged = (before: Change | undefined, { strategy, plannedAt, reason, endedAt, ...last }: Change): Change => ({
  ...last,
  strategy: strategy ?? before?.strategy ?? null,
  plannedAt: plannedAt ?? before?.plannedAt ?? null,
  reason: reason ?? before?.reason ?? null,
  endedAt: endedAt ?? before?.endedAt ?? null,
});

async function open(client: ClientBase, events: readonly Requested[]): Promise<void> {
  if (events.length === 0) return;
  const column = (of: (event: Requested) => unknown): unknown[] => events.map(of);
  await client.query(
    `INSERT INTO project_history (release_id, project, environment, seq, last_seq, status, requested_strategy, image, image_tag, commit_sha,
                                  requested_by, retry_of, rollback_of, requested_at)
     SELECT release_id, project, environment, seq, seq, 'requested', strategy, image, image_tag, commit_sha, requested_by,
       retry_of, rollback_of, requested_at
     FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::timestamptz[])
       AS e(release_id, project, environment, seq, strategy, image, image_tag, commit_sha, requested_by,
         retry_of, rollback_of, requested_at)
     ON CONFLICT (release_id) DO NOTHING`,
    [
      column((e) => releaseIdOf(e.stream)),
      column((e) => e.project),
      column((e) => e.environment),
      column((e) => e.seq),
      column((e) => e.data.strategy),
      column((e) => e.data.image),
      column((e) => e.data.imageTag),
      column((e) => e.data.commitSha),
      column((e) => e.actor.id),
      column((e) => e.data.retryOf),
      column((e) => e.data.rollbackOf),
      column((e) => e.occurredAt),
    ],
  );
}

async function write(client: ClientBase, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const column = (of: (change: Change) => unknown): unknown[] => changes.map(of);
  await client.query(
    `UPDATE project_history AS h
     SET status = c.status, last_seq = c.seq, strategy = coalesce(c.strategy, h.strategy),
       planned_at = coalesce(c.planned_at, h.planned_at),
         reason = coalesce(c.reason::jsonb, h.reason), ended_at = coalesce(c.ended_at, h.ended_at)
     FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::timestamptz[])
       AS c(release_id, seq, status, strategy, planned_at, reason, ended_at)
     WHERE h.release_id = c.release_id AND h.last_seq < c.seq`,
    [
      column((c) => c.releaseId),
      column((c) => c.seq),
      column((c) => c.status),
      column((c) => c.strategy),
      column((c) => c.plannedAt),
      column((c) => c.reason && JSON.stringify(c.reason)),
      column((c) => c.endedAt),
    ],
  );
}
