import type { StoredEvent } from '@alloy/contracts';
import type { NotificationType } from '@alloy/policy';
import { blockedReason, driftReason, type Drift, type Payloads, type Reason, type State } from '@alloy/release';
import { seconds } from './seconds';

/** Events worth telling people, and as what. Of the steps only a stage that was judged is, see `notificationOf`. */
const worthTelling = {
  ReleasePlanned: 'started',
  StepCompleted: 'stagePassed',
  ReleasePaused: 'waiting',
  ReleasePromoted: 'promoted',
  RollbackDecided: 'rollingBack',
  ReleaseRolledBack: 'rolledBack',
  ReleaseFailed: 'failed',
  ReleaseStuck: 'stuck',
  ReleaseSuperseded: 'superseded',
  ReleaseRejected: 'rejected',
  ReleaseAborted: 'aborted',
  WorkloadDrifted: 'drifted',
  AbsenceDetected: 'absent',
  WorkloadBlocked: 'blocked',
} as const satisfies Partial<Record<keyof Payloads, NotificationType>>;

const wordsFor: Readonly<Record<NotificationType, string>> = {
  started: 'started', stagePassed: 'stage passed', waiting: 'waits for somebody', promoted: 'promoted', rollingBack: 'rolling back', rolledBack: 'rolled back',
  failed: 'failed', stuck: 'stuck', superseded: 'superseded', rejected: 'rejected', aborted: 'aborted',
  drifted: 'changed by others', absent: 'does not move', blocked: 'waits for pods',
};

export const toldTypes = Object.keys(worthTelling) as readonly (keyof typeof worthTelling)[];
const isTold = (type: string): type is keyof typeof worthTelling => Object.hasOwn(worthTelling, type);

/** What a channel tells; it says everything by itself. */
export interface Notification {
  readonly eventId: string;
  readonly releaseId: string;
  /** The project. */
  readonly service: string;
  readonly environment: string;
  readonly what: NotificationType;
  /** `what` for people. */
  readonly status: string;
  /** Image tag. */
  readonly version: string;
  readonly image: string;
  /** What was stable when the release was planned; null: nothing. */
  readonly stable: { readonly version: string; readonly image: string } | null;
  readonly strategy: string;
  /** From the request to this event, s. */
  readonly durationSeconds: number;
  /** Who asked for the release. */
  readonly author: string;
  readonly commit: string;
  readonly reason: Pick<Reason, 'code' | 'text' | 'evidence'>;
  /** Of the release; null without ALLOY_PUBLIC_URL. */
  readonly link: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** W3C trace context of the event. */
  readonly traceparent?: string | null;
  /** All of it in one sentence. */
  readonly text: string;
}

/** Undefined for an event that nobody needs to be told of. `state` is any later state of its release. */
export function notificationOf(event: StoredEvent, state: State, publicUrl?: string): Notification | undefined {
  if (!isTold(event.type) || state.status === 'none') return undefined;
  const planned = 'plan' in state ? state : undefined;
  if (event.type === 'StepCompleted' && planned?.plan.steps[(event.data as Payloads['StepCompleted']).step]?.kind !== 'analyse') return undefined;
  // An autoscaler of nodes usually finds room within a minute.
  if (event.type === 'WorkloadBlocked' && (event.data as Payloads['WorkloadBlocked']).cause === 'Unschedulable') return undefined;
  const what = worthTelling[event.type];
  const reason = reasonOf(event);
  const durationSeconds = Math.max(0, Math.round((Date.parse(event.occurredAt) - Date.parse(state.requestedAt)) / 100) / 10);
  const version = state.request.imageTag;
  const weight = stageOf(planned, event);
  const status = weight === undefined ? wordsFor[what] : `${wordsFor[what]} (${weight} %)`;
  return {
    eventId: event.id, releaseId: state.releaseId, service: event.project, environment: event.environment, what, status, version, image: state.request.image,
    stable: planned?.stable ? { version: planned.stable.imageTag, image: planned.stable.image } : null,
    strategy: planned?.plan.strategy ?? state.request.strategy, durationSeconds, author: state.requestedBy.id, commit: state.request.commitSha,
    reason: { code: reason.code, text: reason.text, evidence: reason.evidence }, at: event.occurredAt, traceparent: event.traceparent,
    link: publicUrl === undefined ? null : `${publicUrl.replace(/\/+$/, '')}/api/v1/releases/${encodeURIComponent(state.releaseId)}`,
    text: `${event.project} ${version} in ${event.environment}: ${status} after ${seconds(durationSeconds)} (${reason.text})`,
  };
}

function reasonOf({ type, data }: StoredEvent): Reason {
  switch (type) {
    case 'WorkloadDrifted': return driftReason(data as Drift);
    case 'WorkloadBlocked': return blockedReason(data as Payloads['WorkloadBlocked']);
    case 'ReleasePlanned': return planReason(data as Payloads['ReleasePlanned']);
    default: return (data as { readonly reason: Reason }).reason;
  }
}

/** With how the canary is judged, where Alloy chose it. */
const planReason = ({ reason, analysis }: Payloads['ReleasePlanned']): Reason =>
  analysis ? { ...reason, text: `${reason.text}; ${analysis.reason.text}`, evidence: { ...reason.evidence, analysisMode: analysis.mode, analysisReason: analysis.reason.code } } : reason;

/** Weight of the stage that an event ends. */
function stageOf(planned: { readonly plan: Payloads['ReleasePlanned']['plan'] } | undefined, event: StoredEvent): number | undefined {
  const step = event.type === 'StepCompleted' ? planned?.plan.steps[(event.data as Payloads['StepCompleted']).step] : undefined;
  return step?.kind === 'analyse' ? step.weight : undefined;
}
