import { autoscalerText, type PlanAnswer, type PreviewedStep, type PreviewedWrite, type Step } from '@alloy/release';
import type { Colors } from './colors';
import { printable } from './printable';

/** A plan for users: what runs, each step with its writes and the pods after it, and what would refuse it. */
export function planLines(answer: PlanAnswer, color: Colors): readonly string[] {
  const { project, environment, imageTag, cluster, namespace, workload, plan, left, pruned } = answer;
  return [
    color.bold(`${project} ${imageTag} (${environment}): Deployment ${workload} in namespace ${namespace} of cluster ${cluster}`),
    ...(answer.policy === 'given' ? ['policy: of the file, which is not stored'] : []),
    ...runningLine(answer),
    ...(plan ? [`strategy: ${plan.strategy}: ${plan.reason.text}`] : []),
    ...(plan?.analysis ? [`analysis: ${plan.analysis.mode}: ${plan.analysis.reason.text}`] : []),
    ...(plan?.steps.flatMap((step, index) => stepLines(step, index, color)) ?? []),
    ...left.map(({ kind, name, why }) => printable(`left to others: ${kind} ${name}: ${why}`)),
    ...pruned.map(({ kind, name }) => printable(`pruned: ${kind} ${name}`)),
    ...notes(answer),
    ...answer.refusals.flatMap(({ code, text, whatToDo }) => [color.red(printable(`refused: ${text} [${code}]`)), `  ${whatToDo}`]),
    conclusion(answer),
  ];
}

function runningLine({ inspection, plan }: PlanAnswer): readonly string[] {
  if (!inspection) return [];
  if (!inspection.exists) return ['runs: nothing yet'];
  const version = plan?.stable ? `, to roll back to: ${plan.stable.imageTag}` : '';
  return [printable(`runs: ${inspection.ready} of ${inspection.replicas} pods ready${version}`)];
}

function stepLines({ step, writes, pods }: PreviewedStep, index: number, color: Colors): readonly string[] {
  const title = `${String(index + 1).padStart(2)}. ${titleOf(step)}`;
  return [
    `${color.bold(title.padEnd(44))} stable ${pods.stable}, canary ${pods.canary}${pods.baseline ? `, baseline ${pods.baseline}` : ''}`,
    ...writes.map((write) => `      ${writeText(write)}`),
  ];
}

function titleOf(step: Step): string {
  switch (step.kind) {
    case 'apply':
      return 'apply';
    case 'scaleCanary':
      return `scale the canary to ${step.split.canary}`;
    case 'shiftTraffic':
      return `shift ${step.weight} % of the traffic`;
    case 'setHeaderRoute':
      return `${step.match ? 'set' : 'remove'} header route ${step.name}`;
    case 'setMirrorRoute':
      return step.percentage === null ? `remove mirror route ${step.name}` : `set mirror route ${step.name} at ${step.percentage} %`;
    case 'setPartition':
      return `replace pods up to ${step.weight} %`;
    case 'scaleBaseline':
      return step.replicas === 0 ? 'remove the baseline' : `scale the baseline to ${step.replicas}`;
    case 'analyse':
      return `analyse ${step.duration} s at ${step.weight} %${step.baseline ? ' against the baseline' : ''} (${step.mode})`;
    case 'pause':
      return step.duration === null ? 'pause until a user promotes or resumes' : `pause ${step.duration} s`;
    case 'promote':
      return `promote ${step.replicas} pods`;
    case 'retire':
      return 'retire';
    case 'handBack':
      return 'hand the workload back';
  }
}

function writeText({ verb, kind, name, from, replicas }: PreviewedWrite): string {
  const counts = verb === 'scale' ? ` ${from === undefined ? '' : `from ${from} `}to ${replicas}` : '';
  return printable(`${verb.padEnd(7)} ${kind} ${name}${counts}`);
}

function notes({ inspection, plan, window }: PlanAnswer): readonly string[] {
  const { missing = [], dryRun, manager, autoscaler } = inspection ?? {};
  return [
    ...missing.map(({ kind, name }) => `missing: ${kind} ${name}, which the pods need, is neither in the manifests nor in the cluster`),
    ...(dryRun?.notChecked ?? []).map(({ kind, name, cause }) => `not checked: ${kind} ${name}: ${cause}`),
    ...(manager ? [`note: ${JSON.stringify(manager)} also writes the workload`] : []),
    ...(autoscaler && plan?.strategy === 'canary' ? [`note: ${autoscalerText(autoscaler)}`] : []),
    ...(window?.prospect === 'waits' ? [`it would wait: ${window.reasons.map(({ text }) => text).join('; ')}`] : []),
    ...(window?.prospect === 'supersedes' ? ['it would take over from the running release'] : []),
  ].map((line) => printable(line));
}

function conclusion({ goes, refusals }: PlanAnswer): string {
  const causes = refusals.length === 1 ? '1 cause' : `${refusals.length} causes`;
  return `it would ${goes ? 'go' : `be refused (${causes})`}; nothing was written`;
}
