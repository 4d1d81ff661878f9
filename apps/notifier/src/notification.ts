import { notificationContentOf } from '@alloy/catalogue';
import type { StoredEvent } from '@alloy/contracts';
import type { NotificationType } from '@alloy/policy';
import type { Reason, ReleaseEvent, State } from '@alloy/release';
import { seconds } from './seconds';

const statusTexts: Readonly<Record<NotificationType, string>> = {
  started: 'started', stagePassed: 'stage passed', waiting: 'waiting for a user', promoted: 'promoted',
  rollingBack: 'rolling back', rolledBack: 'rolled back', failed: 'failed', stuck: 'stuck', superseded: 'superseded',
  handedBack: 'handed back',
  rejected: 'rejected', aborted: 'aborted', drifted: 'changed by another client', restored: 'stable again', absent: 'no progress',
  blocked: 'waiting for pods', emergency: 'emergency started',
};

/** Content of a notification, complete for every channel. */
export interface Notification {
  readonly eventId: string;
  readonly releaseId: string;
  /** The project. */
  readonly service: string;
  readonly environment: string;
  readonly what: NotificationType;
  /** `what` as text. */
  readonly status: string;
  /** Image tag. */
  readonly version: string;
  readonly image: string;
  /** The stable version when the release was planned; null: none. */
  readonly stable: { readonly version: string; readonly image: string } | null;
  readonly strategy: string;
  /** Seconds from the request to this event. */
  readonly durationSeconds: number;
  /** Id of the user or pipeline that requested the release. */
  readonly author: string;
  readonly commit: string;
  readonly reason: Pick<Reason, 'code' | 'text' | 'evidence'>;
  /** URL of the release; null without ALLOY_PUBLIC_URL. */
  readonly link: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** W3C trace context of the event. */
  readonly traceparent?: string | null;
  /** A summary in one sentence. */
  readonly text: string;
}

/** The notification for an event; undefined: none. `state` is any later state of its release. */
export function notificationOf(event: StoredEvent, state: State, publicUrl?: string): Notification | undefined {
  if (state.status === 'none') return undefined;
  const content = notificationContentOf(event as unknown as ReleaseEvent, state);
  if (!content) return undefined;
  const { type, reason, stage } = content;
  const planned = 'plan' in state ? state : undefined;
  const durationSeconds = Math.max(0, Math.round((Date.parse(event.occurredAt) - Date.parse(state.requestedAt)) / 100) / 10);
  const version = state.request.imageTag;
  const status = stage === undefined ? statusTexts[type] : `${statusTexts[type]} (${stage})`;
  return {
    eventId: event.id, releaseId: state.releaseId, service: event.project, environment: event.environment, what: type,
    status, version, image: state.request.image,
    stable: planned?.stable ? { version: planned.stable.imageTag, image: planned.stable.image } : null,
    strategy: planned?.plan.strategy ?? state.request.strategy,
    durationSeconds,
    author: state.requestedBy.id,
    commit: state.request.commitSha,
    reason: { code: reason.code, text: reason.text, evidence: reason.evidence },
    at: event.occurredAt,
    traceparent: event.traceparent,
    link: publicUrl === undefined ? null : `${publicUrl.replace(/\/+$/, '')}/api/v1/releases/${encodeURIComponent(state.releaseId)}`,
    text: `${event.project} ${version} in ${event.environment}: ${status} after ${seconds(durationSeconds)} (${reason.text})`,
  };
}
