import { isReady } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { selectorOf, servicesOf } from '../../observer/pods';
import type { Step, World } from '../../observer/revision';
import { absenceWithin, type Outage } from '../outages';
import { STAGE_SECONDS } from '../policy';
import type { PlayedRelease } from '../seed-run';
import type { Broken } from './broken';

/** From the first pod that is ready to the last one that is gone: the stage, its verdict, the rollback, and a machine that is busy. */
const BOUND_MS = STAGE_SECONDS * 1_000 + 15_000;

/** P30: a bad version takes no traffic for longer than it takes to judge it and roll it back, and than Alloy or what it needs was away meanwhile. */
export function checkExposure(
  { id, project, tag, behaviour }: PlayedRelease,
  steps: readonly Step[],
  outages: readonly Outage[],
): readonly Broken[] {
  if (behaviour === 'good') return [];
  const exposed = steps.filter(({ after }) => takesTraffic(after, tag));
  const from = exposed[0]?.revision.seenAt;
  if (from === undefined) return [];
  const last = steps.indexOf(exposed.at(-1)!);
  const to = steps[last + 1]?.revision.seenAt;
  const broken = (text: string): Broken[] => [{ promise: 'P30', project, release: id, text: `${tag}: ${text}` }];
  if (to === undefined) return broken('takes traffic to the end');
  const allowed = BOUND_MS + absenceWithin(outages, from, to);
  return to - from <= allowed ? [] : broken(`took traffic for ${to - from} ms, ${allowed} are allowed`);
}

function takesTraffic(world: World, tag: string): boolean {
  const selectors = servicesOf(world).map(selectorOf);
  const matches = ({ metadata }: KubeObject): boolean =>
    selectors.some((labels) => Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value));
  return [...world.values()].some((object) => object.kind === 'Pod' && isReady(object) && runs(object, tag) && matches(object));
}

const runs = (pod: KubeObject, tag: string): boolean =>
  (pod['spec'] as { readonly containers: ReadonlyArray<{ readonly image: string }> }).containers.some(({ image }) =>
    image.endsWith(`:${tag}`),
  );
