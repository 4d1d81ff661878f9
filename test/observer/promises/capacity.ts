import { isDeepStrictEqual } from 'node:util';
import { isHeld, type Deployment } from '@alloy/cluster';
import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import { demandOf, type Demand, type History } from '../decisions';
import { deploymentOf, lineageOf, readyPods, shedBy, type Lineage } from '../pods';
import type { ReadBefore } from '../read-before';
import { worldAt, type Step, type World } from '../revision';
import type { Judgement, Violation } from '../violation';
import type { IsAlloys } from '../whose';

export interface CapacityInput {
  readonly steps: readonly Step[];
  readonly isAlloys: IsAlloys;
  /** Default: unknown for all writes. */
  readonly readBefore?: ReadBefore;
  readonly history: History;
  /** Name of the stable Deployment; its canary is `<name>-canary`. */
  readonly workload: string;
}

/** The last write that allowed fewer pods, with the demand and the ready pods at that time. */
interface Shrinking {
  readonly byAlloy: boolean;
  readonly demand: Demand | undefined;
  readonly ready: ReadonlySet<string>;
  /** The release of its template, if the write leaves the number of pods; it takes no pod of that release away. */
  readonly updatesTo: string | undefined;
  /** The one before it of the same Deployment. */
  readonly earlier: Shrinking | undefined;
}

/**
 * P1: no write of Alloy leaves fewer than N ready pods of both tracks, or fewer ready stable pods than stable's share
 * of N; if there are already fewer, it removes no more. Checked twice: each write that allows fewer pods, by what it
 * will leave; and each ready pod that is removed as a consequence, by what is left. Pods that fail, and pods that other
 * clients remove, are not Alloy's fault, also between its live read and its write, because no precondition covers both.
 */
export function checkCapacity(input: CapacityInput): Judgement {
  const { steps, workload } = input;
  const lineage = lineageOf(steps);
  const tracks = [workload, `${workload}-canary`] as const;
  const shrinkings = new Map<string, Shrinking>();
  let others: number | undefined;
  const violations: Violation[] = [];
  let judged = 0;
  for (const step of steps) {
    const { object } = step.revision;
    if (object.kind === 'Deployment' && object.metadata.name === workload) others = setByOthers(step, input.isAlloys(step), others);
    if (object.kind === 'Deployment' && (tracks as readonly string[]).includes(object.metadata.name) && makesRoom(step)) {
      const byAlloy = input.isAlloys(step);
      const demand = within(others, demandOf(object, input.history));
      const readAt = byAlloy ? input.readBefore?.(step) : undefined;
      const ready = tracks.map((track) =>
        readyOrFailed(step.before, readAt === undefined ? undefined : worldAt(steps, readAt), track, lineage),
      );
      const earlier = shrinkings.get(object.metadata.name);
      shrinkings.set(object.metadata.name, { byAlloy, demand, ready: namesOf(ready.flat()), updatesTo: updatesTo(step), earlier });
      if (!byAlloy || !demand) continue;
      judged += 1;
      violations.push(...afterWrite(step, demand, tracks, ready.map(({ length }) => length), newOf(object, ready.flat())));
    }
    const shed = shedBy(step);
    const shrinking = shed && causeOf(shed, shrinkings.get(deploymentOf(shed, lineage) ?? ''));
    if (!shrinking?.byAlloy || !shrinking.demand) continue;
    judged += 1;
    violations.push(...afterLoss(step, shrinking, tracks, lineage));
  }
  return { violations, judged };
}

/** The number of stable pods that another client, such as an autoscaler, has set last; undefined: Alloy has set it. */
function setByOthers(step: Step, byAlloy: boolean, before: number | undefined): number | undefined {
  const { object } = step.revision;
  const was = step.before.get(`Deployment/${object.metadata.name}`);
  if (!was || roomIn(was) === roomIn(object)) return before;
  return byAlloy ? undefined : roomIn(object);
}

/** If other clients have set fewer pods, the release must only keep that many. */
const within = (others: number | undefined, demand: Demand | undefined): Demand | undefined =>
  demand && { ...demand, replicas: Math.min(demand.replicas, others ?? Infinity), stable: Math.min(demand.stable, others ?? Infinity) };

function makesRoom({ revision: { type, object }, before }: Step): boolean {
  const was = before.get(`Deployment/${object.metadata.name}`) as Deployment | undefined;
  if (!was) return false;
  if (type === 'deleted') return true;
  return roomIn(object) < roomIn(was) || !isSameTemplate(object, was) || (isHeld(object as Deployment) && goneIn(object) > goneIn(was));
}

const releaseOf = (template: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }): string | undefined =>
  template.metadata?.labels?.[RELEASE_LABEL];

function updatesTo({ revision: { type, object }, before }: Step): string | undefined {
  const isSmaller = type === 'deleted' || roomIn(object) < roomIn(before.get(`Deployment/${object.metadata.name}`));
  return isSmaller ? undefined : releaseOf((object as Deployment).spec.template as Parameters<typeof releaseOf>[0]);
}

/** The last write that may have taken the pod away; an update takes none of its own version away. */
const causeOf = (pod: KubeObject, last: Shrinking | undefined): Shrinking | undefined =>
  last && isOf(pod, last.updatesTo) ? causeOf(pod, last.earlier) : last;

const isOf = (pod: KubeObject, release: string | undefined): boolean =>
  release !== undefined && pod.metadata.labels?.[RELEASE_LABEL] === release;

/** In any order of keys: a write may return the keys of an unchanged template in another order. */
const isSameTemplate = (one: KubeObject | undefined, other: KubeObject | undefined): boolean =>
  isDeepStrictEqual((one as Deployment | undefined)?.spec.template, (other as Deployment | undefined)?.spec.template);

/** Pods that the Deployment keeps available under all actions of its controller. */
function roomIn(object: KubeObject | undefined): number {
  if (!object) return 0;
  const { replicas = 1, strategy } = (object as Deployment).spec;
  if (strategy?.type === 'Recreate') return 0;
  return replicas;
}

/** `fresh`: ready pods of the template, of which a rolling update that stops takes none away. */
function surelyKept(was: KubeObject | undefined, now: KubeObject | undefined, fresh: number): number {
  const room = roomIn(now);
  if (!now) return room;
  if (isHeld(now as Deployment)) return Math.min(room, room - goneIn(now) + fresh);
  return isSameTemplate(was, now) ? room : room - goneIn(now);
}

/** Old pods that the controller may remove before new ones are available. */
function goneIn(object: KubeObject | undefined): number {
  if (!object) return 0;
  const { maxUnavailable = '25%' } = (object as Deployment).spec.strategy?.rollingUpdate ?? {};
  return typeof maxUnavailable === 'number' ? maxUnavailable : Math.floor((roomIn(object) * parseInt(maxUnavailable, 10)) / 100);
}

/** Number of the ready pods that have the release of the Deployment's template. */
function newOf(object: KubeObject, ready: readonly KubeObject[]): number {
  const release = releaseOf((object as Deployment).spec.template as Parameters<typeof releaseOf>[0]);
  return ready.filter((pod) => isOf(pod, release)).length;
}

/** The ready pods, and those that were ready when they were read and have failed since. */
function readyOrFailed(before: World, read: World | undefined, track: string, lineage: Lineage): readonly KubeObject[] {
  const ready = readyPods(before, track, lineage);
  const names = namesOf(ready);
  return [
    ...ready,
    ...(read ? readyPods(read, track, lineage) : []).filter(
      ({ metadata }) => !names.has(metadata.name) && stillThere(before, metadata.name),
    ),
  ];
}

function afterWrite(
  { revision, before, after }: Step,
  demand: Demand,
  tracks: readonly [string, string],
  ready: readonly number[],
  fresh: number,
): readonly Violation[] {
  const kept = tracks.map((track, index) =>
    Math.min(
      ready[index]!,
      track === revision.object.metadata.name
        ? surelyKept(before.get(`Deployment/${track}`), after.get(`Deployment/${track}`), fresh)
        : ready[index]!,
    ),
  );
  // The additional pods of a rollout are removed because of an earlier write, independent of this one.
  const staying = Math.min(ready[0]!, replicasOf(before.get(`Deployment/${tracks[0]}`)));
  return [
    ...tooFew(revision.at, 'ready pods of both tracks', sum(kept), Math.min(sum(ready), demand.replicas), demand),
    ...tooFew(revision.at, 'ready stable pods', kept[0]!, Math.min(staying, demand.stable), demand),
  ];
}

/** Pods that were ready at the write and have failed since are counted as if they still existed. */
function afterLoss(
  { revision, after }: Step,
  { demand, ready }: Shrinking,
  tracks: readonly [string, string],
  lineage: Lineage,
): readonly Violation[] {
  const left = namesOf(tracks.flatMap((track) => readyPods(after, track, lineage)));
  const failed = [...ready].filter((name) => !left.has(name) && stillThere(after, name));
  return tooFew(
    revision.at,
    'ready pods of both tracks in the end',
    left.size + failed.length,
    Math.min(ready.size, demand!.replicas),
    demand!,
  );
}

const replicasOf = (deployment: KubeObject | undefined): number => (deployment ? ((deployment as Deployment).spec.replicas ?? 1) : 0);

const stillThere = (world: World, pod: string): boolean =>
  world.has(`Pod/${pod}`) && world.get(`Pod/${pod}`)!.metadata['deletionTimestamp'] === undefined;

const namesOf = (pods: readonly KubeObject[]): ReadonlySet<string> => new Set(pods.map(({ metadata }) => metadata.name));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const tooFew = (at: number, what: string, left: number, least: number, { release }: Demand): readonly Violation[] =>
  left >= least ? [] : [{ promise: 'P1', at, text: `a write for release ${release} leaves ${left} ${what}, ${least} are needed` }];
