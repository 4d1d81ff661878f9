import {
  awaitedFollower, describeFollower, hasEffect, isEnded, isRunning, wantedPods, type PendingIntent, type RunningState, type State,
} from '@alloy/release';

/** What Alloy knew of a release at some moment, in one line: the basis of its decision. */
export function knownOf(state: State): string {
  if (state.status === 'none') return 'nothing';
  const parts = [state.status, ...progressOf(state), ...state.intents.map(requestOf)];
  return parts.join(', ');
}

function progressOf(state: Exclude<State, { status: 'none' }>): readonly string[] {
  if (state.status === 'queued') return [state.hold ? `on hold by ${state.hold.by}` : `behind ${state.behind}`];
  if (state.status === 'gated')
    return [
      state.inspection === null
        ? 'cluster not inspected yet'
        : `${state.inspection.ready} of ${state.inspection.replicas} pods ready in the cluster`,
    ];
  if (isEnded(state)) return [state.reason.code];
  return isRunning(state) ? runningOf(state) : [];
}

function runningOf({ plan, done, current, weights }: RunningState): readonly string[] {
  const weight =
    weights.asked === 0 && weights.reached === null
      ? []
      : [`weight requested ${weights.asked} %, reached ${weights.reached === null ? 'unknown' : `${round(weights.reached)} %`}`];
  if (current === null) return [`${done} of ${plan.steps.length} steps done`, ...weight];
  const answer = current.spec.kind === 'scaleDownCanary' ? 'scale-down of the canary' : 'rollback';
  const step = current.ref.step < 0 ? answer : `step ${current.ref.step + 1} of ${plan.steps.length} (${current.spec.kind})`;
  return [step, ...carriedOut(current), ...weight];
}

function carriedOut(current: NonNullable<RunningState['current']>): readonly string[] {
  const wanted = wantedPods(current.spec);
  const pods =
    current.workload && `${current.workload.ready} of ${wanted?.replicas ?? current.workload.desired} ${current.workload.track} pods ready`;
  return [
    ...(!hasEffect(current.spec) ? [] : [current.effectDone ? 'effect done' : 'effect not done yet']),
    ...(pods === null ? [] : [pods]),
    ...(current.verdict === null ? [] : [`verdict ${current.verdict.verdict} after ${round(current.verdict.observedSeconds)} s`]),
    ...(current.degraded === null ? [] : [`${current.degraded.cause} of ${current.degraded.pod}`]),
    ...(current.blocked === null ? [] : [`blocked: ${current.blocked.cause}`]),
    ...followerOf(current),
    ...(current.effectFailed === null ? [] : [`failed: ${current.effectFailed.refusal.code}`]),
  ];
}

function followerOf(current: NonNullable<RunningState['current']>): readonly string[] {
  const follower = awaitedFollower(current);
  return follower ? [`waits for ${describeFollower(follower)}`] : [];
}

const names: Readonly<Record<PendingIntent['type'], string>> = {
  AbortRequested: 'abort', PromotionRequested: 'promotion', PauseRequested: 'pause', ResumeRequested: 'resume',
};
const requestOf = ({ type, actor }: PendingIntent): string => `${names[type]} requested by ${actor.id}`;

const round = (value: number): number => Math.round(value * 10) / 10;
