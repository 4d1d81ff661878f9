import type { Actor } from '@alloy/contracts';
import {
  absentText, awaitedFollower, blockedText, followerText, isRunning, waitingOf, type AbsentService, type AbsentServices, type FollowerCause,
  type LeftObject, type PendingIntent, type PlannedState, type Reason, type Seen, type State, type Waiting,
} from '@alloy/release';

/** A release in `/api/v1`, folded from the current log. */
export interface ReleaseView {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly version: number;
  readonly image: string;
  readonly imageTag: string;
  /** The digest of the tag, if it was resolved. */
  readonly imageDigest: string | null;
  readonly commitSha: string;
  /** As requested. */
  readonly requestedStrategy: string;
  /** As resolved; null before the plan. */
  readonly strategy: string | null;
  readonly retryOf: string | null;
  readonly rollbackOf: string | null;
  /** Who requested it, with the reason in the user's words. */
  readonly requestedBy: Actor;
  readonly requestReason: string | null;
  /** Whether a user released it in an emergency: without stages, and without waiting for ready pods. */
  readonly emergency: boolean;
  /** Objects of the request that the release does not write. */
  readonly left: readonly LeftObject[];
  readonly plan: PlannedState['plan'] | null;
  /** The current step; `index` −1 is the rollback. Null: none. */
  readonly step: {
    readonly index: number;
    readonly of: number;
    readonly kind: string;
    readonly attempt: number;
    readonly startedAt: string;
  } | null;
  readonly weights: PlannedState['weights'] | null;
  readonly verdicts: PlannedState['verdicts'];
  /** How the canary is judged and why, if the policy leaves the choice to Alloy (`analysis.mode: auto`); else null. */
  readonly analysis: PlannedState['analysis'];
  /** Version of the policy of the plan; null: there is no plan yet, or the policy had no version. */
  readonly policyVersion: number | null;
  /** The version of a rollback; null: there is none, or no plan yet. */
  readonly stable: PlannedState['stable'];
  readonly times: {
    readonly requestedAt: string;
    readonly plannedAt: string | null;
    readonly updatedAt: string;
    readonly endedAt: string | null;
  };
  /** Whether its manifests can be opened, so that it can be released again: false after they were shredded. */
  readonly restorable: boolean;
  readonly status: State['status'];
  /** Intents of users that the planner has not answered yet, oldest first: the status does not show them. */
  readonly unanswered: readonly Want[];
  /** Why it ended, rolls back or pauses; null while it progresses. */
  readonly reason: Reason | null;
  /**
   * Why it does not progress: services that it awaits and that have not worked on it since `since` (ISO 8601); null: no
   * service is absent.
   */
  readonly absent: { readonly of: readonly AbsentService[]; readonly since: string; readonly text: string } | null;
  /**
   * Why it waits for pods: they cannot be created or scheduled since `since` (ISO 8601), or those of a follower are not
   * ready; null: nothing is known.
   */
  readonly blocked: { readonly cause: FollowerCause; readonly since: string; readonly text: string } | null;
  /** What it waits for by its plan or by a user's request, who can let it continue, and since when; null: nothing. */
  readonly waiting: Waiting | null;
}

export type Want = 'promote' | 'abort' | 'pause' | 'resume';

type Known = Exclude<State, { status: 'none' }>;

/** `seen`: the services' heartbeats at the time of the answer. */
export function releaseView(state: Known, restorable: boolean, absent: AbsentServices | undefined, seen: Seen): ReleaseView {
  const { request } = state;
  const planned = 'plan' in state ? state : undefined;
  return {
    id: state.releaseId, project: state.project, environment: state.environment, version: state.version,
    image: request.image, imageTag: request.imageTag,
    imageDigest: request.imageDigest ?? null,
    commitSha: request.commitSha,
    requestedStrategy: request.strategy,
    strategy: planned?.plan.strategy ?? null,
    retryOf: request.retryOf,
    rollbackOf: request.rollbackOf,
    requestedBy: state.requestedBy,
    requestReason: request.reason ?? null,
    emergency: request.emergency ?? false,
    left: request.left ?? [],
    plan: planned?.plan ?? null,
    step: stepOf(state),
    weights: planned?.weights ?? null,
    verdicts: planned?.verdicts ?? [],
    analysis: planned?.analysis ?? null,
    policyVersion: planned?.policyVersion ?? null,
    stable: planned?.stable ?? null,
    times: {
      requestedAt: state.requestedAt,
      plannedAt: planned?.plannedAt ?? null,
      updatedAt: state.updatedAt,
      endedAt: 'endedAt' in state ? state.endedAt : null,
    },
    restorable,
    status: state.status,
    unanswered: state.intents.map(({ type }) => wants[type]),
    reason: reasonOf(state),
    absent: absent ? { ...absent, text: absentText(absent) } : null,
    blocked: blockedOf(state),
    waiting: waitingOf(state, seen),
  };
}

const wants: Readonly<Record<PendingIntent['type'], Want>> = {
  PromotionRequested: 'promote', AbortRequested: 'abort', PauseRequested: 'pause', ResumeRequested: 'resume',
};

function stepOf(state: Known): ReleaseView['step'] {
  if (!isRunning(state) || state.current === null) return null;
  const { ref, spec, startedAt } = state.current;
  return { index: ref.step, of: state.plan.steps.length, kind: spec.kind, attempt: ref.attempt, startedAt };
}

function blockedOf(state: Known): ReleaseView['blocked'] {
  const current = isRunning(state) ? state.current : null;
  if (!current) return null;
  const { blocked } = current;
  if (blocked) return { cause: blocked.cause, since: blocked.at, text: blockedText(blocked) };
  const follower = awaitedFollower(current);
  return follower ? { cause: follower.waits.cause, since: follower.since, text: followerText(follower) } : null;
}

function reasonOf(state: Known): Reason | null {
  if ('reason' in state) return state.reason;
  if (state.status === 'rollingBack') return state.rollbackReason;
  if (state.status === 'scalingDown') return state.scaleDownReason;
  if (state.status === 'held') return state.holdReason;
  return state.status === 'paused' ? state.pauseReason : null;
}
