import type { ObservedPod, ObservedPodsView } from '@alloy/contracts';
import { hasCanary, isPartitioned } from '@alloy/release';
import type { Release } from '../api/shapes';
import { isEnd } from '../follow/outcome';
import { age } from '../output/age';
import type { Colors } from '../output/colors';
import { table } from '../output/table';
import type { TreeInput } from './release-tree';

/** The watcher observes pods every second while a release runs; older observations are marked. */
const FRESH_MS = 5_000;

interface Row {
  readonly name: string;
  readonly status: string;
  readonly ready: string;
  readonly restarts: string;
  readonly age: string;
  readonly kind: 'good' | 'bad' | 'none';
}

/**
 * Stable and canary with their pods. Pods that were terminating when the release ended are only counted, because their
 * end is not observed.
 */
export function podBranches({ release, pods, now, color }: TreeInput): readonly string[] {
  if (pods === undefined || pods.observedAt === null) return [color.dim('(no pods observed)')];
  const shown = pods.items.filter((pod) => !(isEnd(release.status) && pod.phase === 'Terminating'));
  const leaving = pods.items.length - shown.length;
  return [
    ...(shown.length === 0 ? [color.dim('(no pods)')] : lines(release, shown, now, color)),
    ...(leaving === 0 ? [] : [color.dim(`(and ${leaving} that ${leaving === 1 ? 'was' : 'were'} terminating)`)]),
    ...(now - Date.parse(pods.observedAt) > FRESH_MS ? [color.dim(`(pods observed ${age(pods.observedAt, now)} ago)`)] : []),
  ];
}

function lines(release: Release, pods: ObservedPodsView['items'], now: number, color: Colors): readonly string[] {
  const tracks = (['canary', 'baseline', 'stable'] as const).filter((track) => pods.some((pod) => pod.track === track));
  const rows = tracks.flatMap((track, n) =>
    rowsOf(
      release,
      track,
      pods.filter((pod) => pod.track === track),
      n === tracks.length - 1,
      now,
    ),
  );
  return table<Row>(
    [
      { name: release.project, status: release.status, ready: '', restarts: '', age: age(release.times.requestedAt, now), kind: 'none' },
      ...rows,
    ],
    [
      { head: 'NAME', cell: ({ name }) => name },
      {
        head: 'STATUS',
        cell: ({ status }) => status || ' ',
        paint: (text, paint, { kind }) => (kind === 'good' ? paint.green(text) : kind === 'bad' ? paint.red(text) : text),
      },
      { head: 'READY', cell: ({ ready }) => ready || ' ' },
      { head: 'RESTARTS', cell: ({ restarts }) => restarts || ' ' },
      { head: 'AGE', cell: ({ age }) => age || ' ' },
    ],
    { isWide: false, color },
  );
}

/** A track and its pods; `isLast`: it is the last branch. */
function rowsOf(release: Release, track: ObservedPod['track'], pods: readonly ObservedPod[], isLast: boolean, now: number): readonly Row[] {
  const ready = pods.filter((pod) => pod.ready).length;
  return [
    {
      name: `${isLast ? '└──' : '├──'} ${track} ${tagOf(release, track)}`.trimEnd(),
      status: '',
      ready: `${ready}/${pods.length}`,
      restarts: '',
      age: '',
      kind: 'none',
    },
    ...pods.map((pod, i) => podRow(pod, `${isLast ? '   ' : '│  '} ${i === pods.length - 1 ? '└──' : '├──'} `, now)),
  ];
}

/**
 * Before promotion the canary has the new version; a rollout updates the stable Deployment itself, and by steps
 * has pods of both versions in it.
 */
const tagOf = ({ imageTag, stable, plan, status }: Release, track: ObservedPod['track']): string =>
  stable === null || (track !== 'baseline' && runsNew(track, plan, status)) ? imageTag : stable.imageTag;

const runsNew = (track: ObservedPod['track'], plan: Release['plan'], status: Release['status']): boolean =>
  track === 'canary' || (plan !== null && !hasCanary(plan) && !isPartitioned(plan)) || status === 'promoting' || status === 'promoted';

const podRow = ({ name, phase, ready, restarts, startedAt, reason }: ObservedPod, indent: string, now: number): Row => ({
  name: `${indent}${name}`,
  status: `${ready ? '✔' : reason ? '✖' : '◌'} ${reason ?? phase}`,
  ready: ready ? 'yes' : 'no',
  restarts: String(restarts),
  age: age(startedAt, now),
  kind: ready ? 'good' : reason ? 'bad' : 'none',
});
