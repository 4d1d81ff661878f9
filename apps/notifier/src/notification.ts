import type { StoredEvent } from '@alloy/contracts';
import type { Payloads, Reason, State } from '@alloy/release';

/** Events worth telling people, and what to call them. */
export const worthTelling = {
  ReleasePlanned: 'started',
  ReleasePromoted: 'promoted',
  RollbackDecided: 'rolling back',
  ReleaseRolledBack: 'rolled back',
  ReleaseFailed: 'failed',
  ReleaseStuck: 'stuck',
  ReleaseSuperseded: 'superseded',
  ReleaseRejected: 'rejected',
  ReleaseAborted: 'aborted',
} as const satisfies Partial<Record<keyof Payloads, string>>;

export type ToldType = keyof typeof worthTelling;
export const toldTypes = Object.keys(worthTelling) as readonly ToldType[];
const isTold = (type: string): type is ToldType => Object.hasOwn(worthTelling, type);

/** What a channel tells; it says everything by itself. */
export interface Notification {
  /** Id of the event: with the route's name the key under which it is told once. */
  readonly eventId: string;
  readonly releaseId: string;
  readonly project: string;
  readonly environment: string;
  readonly what: (typeof worthTelling)[ToldType];
  /** Image tag. */
  readonly version: string;
  readonly strategy: string;
  /** From the request to this event, s. */
  readonly durationSeconds: number;
  readonly reason: { readonly code: string; readonly text: string };
  /** ISO 8601. */
  readonly at: string;
  /** All of it in one sentence. */
  readonly text: string;
}

/** Undefined for an event that nobody needs to be told of. `state` is any later state of its release. */
export function notificationOf(event: StoredEvent, state: State): Notification | undefined {
  if (!isTold(event.type) || state.status === 'none') return undefined;
  const { reason } = event.data as { readonly reason: Reason };
  const what = worthTelling[event.type];
  const durationSeconds = Math.max(0, Math.round((Date.parse(event.occurredAt) - Date.parse(state.requestedAt)) / 100) / 10);
  const version = state.request.imageTag;
  return {
    eventId: event.id, releaseId: state.releaseId, project: event.project, environment: event.environment, what, version,
    strategy: 'plan' in state ? state.plan.strategy : state.request.strategy, durationSeconds, reason: { code: reason.code, text: reason.text }, at: event.occurredAt,
    text: `${event.project} ${version} in ${event.environment}: ${what} after ${durationSeconds} s (${reason.text})`,
  };
}
