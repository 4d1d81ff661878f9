import type { ObservedPod, ObservedPodsView } from '@alloy/contracts';
import type { RecordedVerdict, Step } from '@alloy/release';
import type { Release } from '../api/shapes';
import { age, span } from '../output/age';
import type { Colors } from '../output/colors';
import { printable } from '../output/printable';
import { paintStatus } from '../output/status-color';
import { table } from '../output/table';
import { percent, verdictText } from './verdict-text';

export interface TreeInput {
  readonly release: Release;
  /** Undefined: nobody knows. */
  readonly pods: ObservedPodsView | undefined;
  /** ms since 1970. */
  readonly now: number;
  readonly color: Colors;
}

/** A release as `kubectl argo rollouts get` shows one: what it is, how far, how much traffic, its pods, and what was judged. */
export function releaseTree(input: TreeInput): readonly string[] {
  const { release, color } = input;
  const rows = facts(input).map(([name, text]) => `${`${name}:`.padEnd(WIDTH)}${text}`);
  return [...rows, ...(release.reason ? [color.dim(`${''.padEnd(WIDTH)}${printable(release.reason.text)} [${release.reason.code}]`)] : []), '', ...branches(input)];
}

const WIDTH = 12;

function facts({ release, now, color }: TreeInput): ReadonlyArray<readonly [string, string]> {
  const { id, project, environment, status, strategy, requestedStrategy, image, imageTag, stable, step, weights, verdicts, times } = release;
  const last = verdicts.at(-1);
  return [
    ['Release', printable(id)],
    ['Project', printable(`${project} (${environment})`)],
    ['Status', paintStatus(`${symbolOf(release)} ${status}`, status, color)],
    ['Strategy', strategy === null ? `${requestedStrategy} (not planned yet)` : strategy === requestedStrategy ? strategy : `${strategy} (asked for: ${requestedStrategy})`],
    ...(step || status === 'promoted' ? [['Step', stepText(release, now)] as const] : []),
    ...(weights ? [['Weight', `asked ${percent(weights.asked)}, reached ${weights.reached === null ? 'none yet' : percent(weights.reached)}`] as const] : []),
    ['Image', printable(`${image}:${imageTag}`)],
    ...(stable ? [['Stable', printable(`${stable.image}:${stable.imageTag}`)] as const] : []),
    ...(last ? [['Verdict', verdictLine(last, color)] as const] : []),
    ['Age', times.endedAt === null ? age(times.requestedAt, now) : `${age(times.requestedAt, now)}, ended after ${span((Date.parse(times.endedAt) - Date.parse(times.requestedAt)) / 1_000)}`],
  ];
}

const verdictLine = (last: RecordedVerdict, color: Colors): string => {
  const paint = last.verdict === 'pass' ? color.green : last.verdict === 'fail' ? color.red : color.yellow;
  return `${paint(last.verdict)}: ${printable(verdictText(last))}`;
};

function stepText({ plan, step }: Release, now: number): string {
  const steps = plan?.steps ?? [];
  if (step === null) return `${steps.length}/${steps.length}`;
  if (step.index < 0) return `the way back, attempt ${step.attempt}, for ${age(step.startedAt, now)}`;
  const spec = steps[step.index];
  return `${step.index + 1}/${step.of} ${spec ? specText(spec) : step.kind}, for ${age(step.startedAt, now)}${step.attempt > 1 ? `, attempt ${step.attempt}` : ''}`;
}

function specText(spec: Step): string {
  switch (spec.kind) {
    case 'scaleCanary':
      return `scaleCanary to ${spec.split.canary}`;
    case 'shiftTraffic':
      return `shiftTraffic to ${percent(spec.weight)}`;
    case 'analyse':
      return `analyse at ${percent(spec.weight)} (${span(spec.duration)})`;
    case 'promote':
      return `promote to ${spec.replicas} pods`;
    case 'apply':
    case 'retire':
      return spec.kind;
  }
}

function symbolOf({ status }: Release): string {
  switch (status) {
    case 'promoted':
      return '✔';
    case 'rolledBack':
    case 'failed':
    case 'stuck':
    case 'rejected':
      return '✖';
    case 'paused':
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
    case 'baking':
    case 'rollingBack':
      return '◌';
  }
}

/** Pods are looked at once a second while a release goes on; afterwards what was seen last stays. */
const FRESH_MS = 5_000;

interface Row {
  readonly name: string;
  readonly status: string;
  readonly ready: string;
  readonly restarts: string;
  readonly age: string;
  readonly kind: 'good' | 'bad' | 'none';
}

/** Stable and canary with their pods. */
function branches({ release, pods, now, color }: TreeInput): readonly string[] {
  if (pods === undefined || pods.observedAt === null) return [color.dim('(no pods are known)')];
  const tracks = (['canary', 'stable'] as const).filter((track) => pods.items.some((pod) => pod.track === track));
  const rows = tracks.flatMap((track, n): Row[] => {
    const own = pods.items.filter((pod) => pod.track === track);
    const isLast = n === tracks.length - 1;
    const title = `${isLast ? '└──' : '├──'} ${track} ${tagOf(release, track)}`.trimEnd();
    const ready = own.filter((pod) => pod.ready).length;
    return [
      { name: title, status: '', ready: `${ready}/${own.length}`, restarts: '', age: '', kind: 'none' },
      ...own.map((pod, i) => podRow(pod, `${isLast ? '   ' : '│  '} ${i === own.length - 1 ? '└──' : '├──'} `, now)),
    ];
  });
  if (rows.length === 0) return [color.dim('(no pods)')];
  const lines = table<Row>(
    [{ name: release.project, status: release.status, ready: '', restarts: '', age: age(release.times.requestedAt, now), kind: 'none' }, ...rows],
    [
      { head: 'NAME', cell: ({ name }) => name },
      { head: 'STATUS', cell: ({ status }) => status || ' ', paint: (text, paint, { kind }) => (kind === 'good' ? paint.green(text) : kind === 'bad' ? paint.red(text) : text) },
      { head: 'READY', cell: ({ ready }) => ready || ' ' },
      { head: 'RESTARTS', cell: ({ restarts }) => restarts || ' ' },
      { head: 'AGE', cell: ({ age }) => age || ' ' },
    ],
    { isWide: false, color },
  );
  return now - Date.parse(pods.observedAt) > FRESH_MS ? [...lines, color.dim(`(pods as they were seen ${age(pods.observedAt, now)} ago)`)] : lines;
}

/** Before promotion the canary is what is new; a rollout makes it of the stable Deployment itself. */
const tagOf = ({ imageTag, stable, strategy, status }: Release, track: 'stable' | 'canary'): string =>
  track === 'canary' || stable === null || strategy === 'rollout' || status === 'promoting' || status === 'promoted' ? imageTag : stable.imageTag;

const podRow = ({ name, phase, ready, restarts, startedAt, reason }: ObservedPod, indent: string, now: number): Row => ({
  name: `${indent}${name}`,
  status: `${ready ? '✔' : reason ? '✖' : '◌'} ${reason ?? phase}`,
  ready: ready ? 'yes' : 'no',
  restarts: String(restarts),
  age: age(startedAt, now),
  kind: ready ? 'good' : reason ? 'bad' : 'none',
});
