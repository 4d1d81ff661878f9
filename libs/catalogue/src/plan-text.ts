import { autoscalerText, hasCanary, type Payloads, type Plan, type PlannedState, type Reason, type Step } from '@alloy/release';
import type { ActiveState } from './entry';
import { prunePlanText } from './prune-text';
import { podCount } from './text';

type Planned = Payloads['ReleasePlanned'];

const withAnalysis = (text: string, analysis: Planned['analysis']): string => (analysis ? `${text}; ${analysis.reason.text}` : text);

/** For example `Planned a canary with 12 steps by version 7 of the policy (stable version: v1)`. */
export function planSentence({ plan, policyVersion, reason, analysis }: Planned): string {
  if (plan.strategy === 'handBack') return `Planned to hand the workload back (${reason.text})`;
  const by = policyVersion === undefined ? '' : ` by version ${policyVersion} of the policy`;
  const text = withAnalysis(`Planned a ${plan.strategy} with ${plan.steps.length} steps${by} (${reason.text})`, analysis);
  const scaled = plan.autoscaler && hasCanary(plan) ? `; ${autoscalerText(plan.autoscaler)}` : '';
  return `${text}${scaled}${prunePlanText(plan.prune)}`;
}

/** The plan's reason, with the analysis mode if Alloy chose it. */
export const planReason = ({ reason, analysis }: Planned): Reason =>
  analysis
    ? {
        ...reason,
        text: withAnalysis(reason.text, analysis),
        evidence: { ...reason.evidence, analysisMode: analysis.mode, analysisReason: analysis.reason.code },
      }
    : reason;

/** Note of the Kubernetes Event that starts a release. */
export function startNote({ plan, stable, reason, analysis }: Planned, { releaseId, request }: ActiveState): string {
  const stages = stagesOf(plan).length;
  const strategy = hasCanary(plan) ? `${plan.strategy} with ${stages} stage${stages === 1 ? '' : 's'}` : plan.strategy;
  const versions = `${request.imageTag}${stable ? ` over ${stable.imageTag}` : ''}`;
  const text = withAnalysis(`${strategy} (${reason.text})`, analysis);
  return `Started the release of ${versions} with ${podCount(plan.replicas, 'stable')}: ${text} (release ${releaseId})`;
}

/** Indices of the steps that start a stage: they scale the canary for a weight, and not by a `setCanaryScale`. */
export const stagesOf = ({ steps }: Pick<Plan, 'steps'>): readonly number[] =>
  steps.flatMap(({ kind }, index) => (kind === 'scaleCanary' && steps[index + 1]?.kind === 'shiftTraffic' ? [index] : []));

/** For example `17 %`; a switch of a Service has no weights between none and all of the traffic. */
export function stageName({ router }: Pick<Plan, 'router'>, weight: number): string {
  if (router !== 'serviceSelector') return `${weight} %`;
  return weight === 0 ? 'preview' : 'switched';
}

/** Note of the Kubernetes Event that starts a stage; `step` is the stage's scaleCanary step. */
export function stageNote({ plan, request }: PlannedState, { step, spec }: Payloads['StepStarted']): string {
  const stages = stagesOf(plan);
  const shift = plan.steps.slice(step).find((later) => later.kind === 'shiftTraffic');
  const split =
    spec.kind === 'scaleCanary' ? `, with ${podCount(spec.split.canary, 'canary')} and ${podCount(spec.split.stable, 'stable')}` : '';
  return `Stage ${stages.indexOf(step) + 1} of ${stages.length}: ${shift?.weight ?? 0} % of the traffic to ${request.imageTag}${split}`;
}

export function stepText(step: Step): string {
  switch (step.kind) {
    case 'apply':
      return 'apply the manifests';
    case 'scaleCanary':
      return `scale to ${podCount(step.split.canary, 'canary')}`;
    case 'shiftTraffic':
      return step.weight === 0 ? 'send the preview to the canary' : `shift ${step.weight} % of the traffic`;
    case 'setHeaderRoute':
      return step.match ? `send the requests of header route ${step.name} to the canary` : `remove header route ${step.name}`;
    case 'setMirrorRoute':
      return step.percentage === null
        ? `remove mirror route ${step.name}`
        : `copy ${step.percentage} % of the requests of mirror route ${step.name} to the canary`;
    case 'setPartition':
      return `replace pods until ${step.weight} % of them have the new version`;
    case 'scaleBaseline':
      return step.replicas === 0 ? 'remove the baseline' : `scale to ${podCount(step.replicas, 'baseline')} of the stable version`;
    case 'analyse':
      return `analyse at ${step.weight} %${step.baseline ? ' against the baseline' : ''} for ${step.duration} s (${step.mode}${step.modeChosenBy ? `, chosen by analysis.mode: ${step.modeChosenBy}` : ''})`;
    case 'pause':
      return `pause at ${step.weight} % ${step.duration === null ? 'until a user promotes or resumes the release' : `for ${step.duration} s`}`;
    case 'promote':
      return `promote to ${podCount(step.replicas, 'stable')}`;
    case 'retire':
      return 'remove the canary';
    case 'handBack':
      return 'hand the workload back';
  }
}
