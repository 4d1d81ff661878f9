import type { Payloads, ReleaseEvent } from './events';
import type { Step } from './plan';
import { blockedReason } from './reasons/blocked';
import { driftReason } from './reasons/drift';

/** An event in one sentence for people. */
export function describeEvent(event: ReleaseEvent): string {
  switch (event.type) {
    case 'ReleaseRequested': return `${event.data.image}:${event.data.imageTag} requested (${event.data.strategy}, commit ${event.data.commitSha})`;
    case 'PromotionRequested': return withReason(event.data.full ? 'full promotion requested' : 'promotion of this step requested', event.data.reason);
    case 'AbortRequested': return withReason('abort requested', event.data.reason);
    case 'PauseRequested': return withReason('pause requested', event.data.reason);
    case 'ResumeRequested': return withReason('resume requested', event.data.reason);
    case 'ReleaseShredded': return withReason('its manifests were shredded', event.data.reason);
    case 'ReleaseRejected': return `rejected: ${event.data.reason.text}`;
    case 'ReleaseQueued': return `waits behind release ${event.data.behind}`;
    case 'ReleaseSuperseded': return `superseded by release ${event.data.by}: ${event.data.reason.text}`;
    case 'GateOpened': return 'its turn has come';
    case 'ReleasePlanned': return `${event.data.plan.strategy} of ${event.data.plan.steps.length} steps planned: ${event.data.reason.text}${event.data.analysis ? `; ${event.data.analysis.reason.text}` : ''}`;
    case 'StepStarted': return `step ${event.data.step + 1} started: ${describeStep(event.data.spec)}`;
    case 'StepCompleted': return `step ${event.data.step + 1} completed: ${event.data.reason.text}`;
    case 'ReleasePaused': return `paused: ${event.data.reason.text}`;
    case 'ReleaseResumed': return `resumed: ${event.data.reason.text}`;
    case 'PromotionDecided': return `promotion decided: ${event.data.reason.text}`;
    case 'ReleasePromoted': return `promoted: ${event.data.reason.text}`;
    case 'RollbackDecided': return `rollback decided: ${event.data.reason.text}`;
    case 'ReleaseRolledBack': return `rolled back: ${event.data.reason.text}`;
    case 'ReleaseAborted': return `aborted: ${event.data.reason.text}`;
    case 'ReleaseFailed': return `failed: ${event.data.reason.text}`;
    case 'ReleaseStuck': return `stuck, a person must act: ${event.data.reason.text}`;
    case 'IntentRefused': return `refused: ${event.data.reason.text}`;
    case 'TargetInspected': return describeTarget(event.data);
    case 'StableAdopted': return `${event.data.stable.image}:${event.data.stable.imageTag} adopted as the version to go back to`;
    case 'ManifestsApplied': return `${event.data.objects.filter((object) => object.action !== 'unchanged').length} of ${event.data.objects.length} objects written`;
    case 'WorkloadScaled': return `${event.data.track} scaled to ${event.data.replicas}`;
    case 'TrafficShifted': return `canary has ${event.data.reached} % of the traffic (asked for ${event.data.asked} %)`;
    case 'EffectFailed': return `could not be carried out: ${event.data.refusal.text}`;
    case 'WorkloadBecameReady': return `${event.data.track} ready: ${event.data.ready} of ${event.data.desired}`;
    case 'WorkloadProgressed': return `${event.data.track} has ${event.data.ready} of ${event.data.desired} pods ready`;
    case 'WorkloadDegraded': return `${event.data.track} pod ${event.data.pod} is degraded (${event.data.cause}): ${event.data.detail}`;
    case 'WorkloadBlocked': return blockedReason(event.data).text;
    case 'WorkloadUnblocked': return `${event.data.track} pods can be created and scheduled again, ${event.data.ready} of ${event.data.desired} ready`;
    case 'WorkloadDrifted': return driftReason(event.data).text;
    case 'ClusterAccessFailed': return `the cluster could not be worked on: ${event.data.refusal.text}`;
    case 'ClusterAccessRegained': return 'the cluster can be worked on again';
    case 'AbsenceDetected': return `does not move: ${event.data.reason.text}`;
    case 'VerdictReached': return `verdict ${event.data.verdict}: ${event.data.detail}`;
  }
}

const withReason = (what: string, reason: string | null): string => (reason === null ? what : `${what}: ${reason}`);

const describeTarget = (target: Payloads['TargetInspected']): string =>
  target.refusal?.text ?? (target.exists ? `${target.ready} of ${target.replicas} replicas run in the cluster${describeProbes(target)}` : 'nothing runs in the cluster');

const describeProbes = ({ metrics = [] }: Payloads['TargetInspected']): string => metrics.map(({ pod, detail }) => `; pod ${pod} ${detail}`).join('');

function describeStep(step: Step): string {
  switch (step.kind) {
    case 'apply': return 'apply the manifests';
    case 'scaleCanary': return `scale the canary to ${step.split.canary}`;
    case 'shiftTraffic': return `shift ${step.weight} % of the traffic`;
    case 'analyse': return `observe ${step.weight} % for ${step.duration} s (${step.mode}${step.modeChosenBy ? `, chosen by analysis.mode: ${step.modeChosenBy}` : ''})`;
    case 'promote': return `promote to ${step.replicas} replicas`;
    case 'retire': return 'retire the canary';
  }
}
