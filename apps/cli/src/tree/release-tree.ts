import { imageName, type ObservedPodsView } from '@alloy/contracts';
import type { RecordedVerdict, Step } from '@alloy/release';
import type { Release } from '../api/shapes';
import { age, span } from '../output/age';
import type { Colors } from '../output/colors';
import { printable } from '../output/printable';
import { paintStatus } from '../output/status-color';
import { folded } from './folded';
import { podBranches } from './pod-branches';
import { percent, verdictText } from './verdict-text';

export interface TreeInput {
  readonly release: Release;
  /** Undefined: not available. */
  readonly pods: ObservedPodsView | undefined;
  /** ms since 1970. */
  readonly now: number;
  readonly color: Colors;
  /** Columns of the terminal: longer facts are wrapped. Default: no limit. */
  readonly columns?: number;
}

/** A release as a tree like `kubectl argo rollouts get`: identity, progress, traffic, pods, verdicts. */
export function releaseTree(input: TreeInput): readonly string[] {
  const { release: { reason }, color, columns = Infinity } = input;
  const folds = (text: string): readonly string[] => folded(text, columns - WIDTH);
  const rows = facts(input).flatMap(([name, text]) => folds(text).map((line, n) => `${(n === 0 ? `${name}:` : '').padEnd(WIDTH)}${line}`));
  const why = reason ? folds(`${printable(reason.text)} [${reason.code}]`).map((line) => color.dim(`${''.padEnd(WIDTH)}${line}`)) : [];
  return [...rows, ...why, '', ...podBranches(input)];
}

const WIDTH = 12;

function facts({ release, now, color }: TreeInput): ReadonlyArray<readonly [string, string]> {
  const {
    id, project, environment, status, strategy, requestedStrategy, image, imageTag, stable, step, weights, verdicts,
    analysis, policyVersion, times, absent, blocked, waiting,
  } = release;
  const last = verdicts.at(-1);
  return [
    ['Release', printable(id)],
    ['Project', printable(`${project} (${environment})`)],
    ['Status', paintStatus(`${symbolOf(release)} ${status}`, status, color)],
    [
      'Strategy',
      strategy === null
        ? `${requestedStrategy} (not planned yet)`
        : strategy === requestedStrategy
          ? strategy
          : `${strategy} (requested: ${requestedStrategy})`,
    ],
    ...(step || status === 'promoted' ? [['Step', stepText(release, now)] as const] : []),
    ...(absent ? [['Waits', color.yellow(printable(absent.text))] as const] : []),
    ...(blocked ? [['Waits', color.yellow(printable(blocked.text))] as const] : []),
    ...(waiting ? [['Waits', color.yellow(printable(`${waiting.text} (${age(waiting.since, now)})`))] as const] : []),
    ...(weights
      ? [
          [
            'Weight',
            `asked ${percent(weights.asked)}, reached ${weights.reached === null ? 'none yet' : percent(weights.reached)}`,
          ] as const,
        ]
      : []),
    ['Image', printable(imageName(image, imageTag))],
    ...(stable ? [['Stable', printable(imageName(stable.image, stable.imageTag))] as const] : []),
    ...pruneFacts(release),
    ...(typeof policyVersion === 'number' ? [['Policy', `version ${policyVersion}`] as const] : []),
    ...(analysis ? [['Analysis', analysisText(analysis, color)] as const] : []),
    ...(last ? [['Verdict', verdictLine(last, color)] as const] : []),
    [
      'Age',
      times.endedAt === null
        ? age(times.requestedAt, now)
        : `${age(times.requestedAt, now)}, ended after ${span((Date.parse(times.endedAt) - Date.parse(times.requestedAt)) / 1_000)}`,
    ],
  ];
}

/** What the release deletes of earlier ones, and what it keeps of them and why. */
function pruneFacts({ plan }: Release): ReadonlyArray<readonly [string, string]> {
  const { objects = [], kept = [] } = plan?.prune ?? {};
  const deleted = objects.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return [
    ...(deleted === '' ? [] : [['Deletes', `after the promotion: ${printable(deleted)}`] as const]),
    ...kept.map(({ kind, name, why }) => ['Keeps', printable(`${kind} ${name}: ${why}`)] as const),
  ];
}

const verdictLine = (last: RecordedVerdict, color: Colors): string => {
  const paint = last.verdict === 'pass' ? color.green : last.verdict === 'fail' ? color.red : color.yellow;
  return `${paint(last.verdict)}: ${printable(verdictText(last))}`;
};

function stepText({ plan, step }: Release, now: number): string {
  const steps = plan?.steps ?? [];
  if (step === null) return `${steps.length}/${steps.length}`;
  const answer = step.kind === 'scaleDownCanary' ? 'scale-down of the canary' : 'rollback';
  if (step.index < 0) return `${answer}, attempt ${step.attempt}, for ${age(step.startedAt, now)}`;
  const spec = steps[step.index];
  return `${step.index + 1}/${step.of} ${spec ? specText(spec) : step.kind}, for ${age(step.startedAt, now)}${step.attempt > 1 ? `, attempt ${step.attempt}` : ''}`;
}

/** Highlights health-only analysis, because users may expect metrics. */
const analysisText = ({ mode, reason }: NonNullable<Release['analysis']>, color: Colors): string => {
  const text = `${mode} (auto): ${printable(reason.text)} [${reason.code}]`;
  return mode === 'health' ? color.yellow(text) : text;
};

function specText(spec: Step): string {
  switch (spec.kind) {
    case 'scaleCanary':
      return `scaleCanary to ${spec.split.canary}`;
    case 'shiftTraffic':
      return `shiftTraffic to ${percent(spec.weight)}`;
    case 'setPartition':
      return `setPartition to ${percent(spec.weight)}`;
    case 'setHeaderRoute':
      return `${spec.match ? 'set' : 'remove'} header route ${spec.name}`;
    case 'setMirrorRoute':
      return spec.percentage === null ? `remove mirror route ${spec.name}` : `set mirror route ${spec.name} at ${spec.percentage} %`;
    case 'scaleBaseline':
      return spec.replicas === 0 ? 'remove the baseline' : `scaleBaseline to ${spec.replicas}`;
    case 'analyse':
      return `analyse at ${percent(spec.weight)}${spec.baseline ? ' against the baseline' : ''} (${span(spec.duration)})`;
    case 'pause':
      return `pause at ${percent(spec.weight)} (${spec.duration === null ? 'until promoted or resumed' : span(spec.duration)})`;
    case 'promote':
      return `promote to ${spec.replicas} pods`;
    case 'apply':
    case 'retire':
    case 'handBack':
      return spec.kind;
  }
}

function symbolOf({ status }: Release): string {
  switch (status) {
    case 'promoted':
    case 'handedBack':
      return '✔';
    case 'rolledBack':
    case 'failed':
    case 'stuck':
    case 'rejected':
      return '✖';
    case 'paused':
    case 'held':
      return '॥';
    case 'superseded':
    case 'aborted':
      return '•';
    case 'none':
    case 'requested':
    case 'queued':
    case 'gated':
      return '◷';
    case 'releasing':
    case 'promoting':
    case 'scalingDown':
    case 'baking':
    case 'rollingBack':
      return '◌';
  }
}
