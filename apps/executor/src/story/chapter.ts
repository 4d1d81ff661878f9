import { describeEvent, hasCanary, type DegradedCause, type Drift, type PlannedState, type ReleaseEvent, type State, type StepRef, type Verdict } from '@alloy/release';

/** What an event of the log is to those who look at the Deployment. */
export interface Chapter {
  readonly reason: ChapterReason;
  readonly type: 'Normal' | 'Warning';
  readonly note: string;
  /** The same reason about the same thing is one Event that is counted; default: about the release. */
  readonly about?: string;
}

/** All that there are, and will go on to be: people filter and alert by them. What each says: docs/kubernetes-events.md. */
export const chapterReasons = [
  'ReleaseQueued', 'ReleaseRejected', 'ReleaseSuperseded', 'ReleaseAborted',
  'StableAdopted', 'ReleaseStarted', 'StageStarted', 'TrafficShifted', 'AnalysisPassed', 'AnalysisFailed', 'AnalysisInconclusive',
  'ReleasePaused', 'ReleaseResumed', 'PromotionStarted', 'ReleasePromoted',
  'WorkloadDegraded', 'WorkloadBlocked', 'DriftDetected', 'ClusterAccessFailed', 'AbsenceDetected',
  'RollbackStarted', 'ReleaseRolledBack', 'ReleaseFailed', 'ReleaseStuck',
] as const;
export type ChapterReason = (typeof chapterReasons)[number];

/** Of a release that there is. */
export type Known = Exclude<State, { status: 'none' }>;

/** The chapter that an event opens; undefined: it is not worth telling here. `state` is any later state of its release. */
export function chapterOf(event: ReleaseEvent, state: Known): Chapter | undefined {
  const version = state.request.imageTag;
  switch (event.type) {
    case 'ReleaseQueued': return normal(event.type, `${version} waits behind release ${event.data.behind}`);
    case 'ReleaseRejected': return warning(event.type, `${version} was rejected: ${event.data.reason.text}`);
    case 'ReleaseSuperseded': return normal(event.type, `${version} gave way to release ${event.data.by}: ${event.data.reason.text}`);
    case 'ReleaseAborted': return normal(event.type, `${version} was aborted before anything was changed: ${event.data.reason.text}`);
    case 'StableAdopted': return normal(event.type, `${event.data.stable.image}:${event.data.stable.imageTag}, which ran before Alloy, is the version to go back to`);
    case 'ReleasePlanned': return normal('ReleaseStarted', startOf(state, event.data));
    case 'StepStarted': return event.data.spec.kind === 'scaleCanary' && 'plan' in state ? normal('StageStarted', stageOf(state, event.data), stepOf(event.data)) : undefined;
    case 'TrafficShifted': return event.data.step < 0 ? undefined : normal(event.type, shiftOf(version, event.data), stepOf(event.data));
    case 'VerdictReached': return { ...verdicts[event.data.verdict], note: `${version}: ${event.data.detail}`, about: stepOf(event.data) };
    case 'ReleasePaused': return normal(event.type, `${version} waits for somebody to resume, promote or abort it: ${event.data.reason.text}`);
    case 'ReleaseResumed': return normal(event.type, `${version} goes on: ${event.data.reason.text}`);
    case 'PromotionDecided': return normal('PromotionStarted', `${version} becomes the stable version: ${event.data.reason.text}`);
    case 'ReleasePromoted': return normal(event.type, `${version} was promoted: ${event.data.reason.text}`);
    case 'WorkloadDegraded': return warning(event.type, degradedOf(event.data), `${event.data.track} ${event.data.cause}`);
    case 'WorkloadBlocked': return warning(event.type, `${version}: ${describeEvent(event)}`, `${event.data.track} ${event.data.cause}`);
    case 'WorkloadDrifted': return warning('DriftDetected', driftOf(event.data), `${event.data.object.kind}/${event.data.object.name} ${event.data.manager} ${pathsOf(event.data)}`);
    case 'ClusterAccessFailed': return warning(event.type, `the cluster could not be worked on: ${event.data.refusal.text}`, event.data.refusal.code);
    case 'AbsenceDetected': return warning(event.type, `${version} does not move: ${event.data.reason.text}`, event.data.of.join());
    case 'RollbackDecided': return warning('RollbackStarted', `${version} goes back to ${event.data.to?.imageTag ?? 'nothing'}: ${event.data.reason.text}`);
    case 'ReleaseRolledBack': return warning(event.type, `${version} was rolled back: ${event.data.reason.text}`);
    case 'ReleaseFailed': return warning(event.type, `${version} failed, and there is nothing to go back to: ${event.data.reason.text}`);
    case 'ReleaseStuck': return warning(event.type, `${version} could not be taken back, a person must act: ${event.data.reason.text}`);
    // What somebody asked for is told by what was decided on it; the rest is detail that the log has.
    case 'ReleaseRequested': case 'PromotionRequested': case 'AbortRequested': case 'PauseRequested': case 'ResumeRequested': case 'ReleaseShredded':
    case 'GateOpened': case 'StepCompleted': case 'IntentRefused': case 'TargetInspected': case 'ManifestsApplied': case 'WorkloadScaled': case 'EffectFailed':
    case 'WorkloadBecameReady': case 'WorkloadProgressed': case 'WorkloadUnblocked': case 'ClusterAccessRegained': return undefined;
  }
}

const normal = (reason: ChapterReason, note: string, about?: string): Chapter => ({ reason, type: 'Normal', note, ...(about !== undefined && { about }) });
const warning = (reason: ChapterReason, note: string, about?: string): Chapter => ({ reason, type: 'Warning', note, ...(about !== undefined && { about }) });

const verdicts: Readonly<Record<Verdict, Pick<Chapter, 'reason' | 'type'>>> = {
  pass: { reason: 'AnalysisPassed', type: 'Normal' },
  fail: { reason: 'AnalysisFailed', type: 'Warning' },
  inconclusive: { reason: 'AnalysisInconclusive', type: 'Warning' },
};

const stepOf = ({ step, attempt }: StepRef): string => `${step}.${attempt}`;
const pods = (count: number, track: string): string => `${count} ${track} pod${count === 1 ? '' : 's'}`;

type DataOf<T extends ReleaseEvent['type']> = Extract<ReleaseEvent, { type: T }>['data'];

function startOf({ releaseId, request }: Known, { plan, stable, reason, analysis }: DataOf<'ReleasePlanned'>): string {
  const stages = plan.steps.filter(({ kind }) => kind === 'scaleCanary').length;
  const how = hasCanary(plan) ? `${plan.strategy} of ${stages} stage${stages === 1 ? '' : 's'}` : plan.strategy;
  return `${request.imageTag}${stable ? ` in place of ${stable.imageTag}` : ''} with ${pods(plan.replicas, 'stable')}, by ${how}: ${reason.text}${analysis ? `; ${analysis.reason.text}` : ''} (release ${releaseId})`;
}

function stageOf({ plan, request }: PlannedState, { step, spec }: DataOf<'StepStarted'>): string {
  const stages = plan.steps.flatMap(({ kind }, index) => (kind === 'scaleCanary' ? [index] : []));
  const shift = plan.steps.slice(step).find((later) => later.kind === 'shiftTraffic');
  const split = spec.kind === 'scaleCanary' ? `, with ${pods(spec.split.canary, 'canary')} and ${pods(spec.split.stable, 'stable')}` : '';
  return `stage ${stages.indexOf(step) + 1} of ${stages.length}: ${request.imageTag} gets ${shift?.weight ?? 0} % of the traffic${split}`;
}

const shiftOf = (version: string, { asked, reached, canaryReady, stableReady }: DataOf<'TrafficShifted'>): string =>
  `${version} has ${reached} % of the traffic (asked for ${asked} %): ${pods(canaryReady, 'canary')} and ${pods(stableReady, 'stable')} are ready`;

const causes: Readonly<Record<DegradedCause, string>> = {
  CrashLoopBackOff: 'crashes again and again', ImagePullBackOff: 'can\'t get its image', OOMKilled: 'needs more memory than it may have',
  ConfigError: 'is configured wrongly', Unschedulable: 'finds no node', QuotaExceeded: 'is beyond the quota',
};
const degradedOf = ({ track, pod, cause, detail }: DataOf<'WorkloadDegraded'>): string => `${track} pod ${pod} ${causes[cause]} (${cause}): ${detail}`;

const pathsOf = ({ fields }: Drift): string => fields.map(({ path }) => path).join();

function driftOf({ object, manager, fields }: Drift): string {
  const changes = fields.map(({ path, expected, found }) => (found === null ? path : `${path} is ${found} instead of ${expected ?? 'none'}`));
  return `${object.kind} ${object.name} was changed by ${manager ?? 'somebody else'}: ${changes.join(', ')}; Alloy takes note and does not fight it`;
}
