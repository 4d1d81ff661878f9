import { isReady } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { selectorOf, servicesOf } from '../../observer/pods';
import type { Step, World } from '../../observer/revision';
import { absenceWithin, type Outage } from '../outages';
import { STAGE_SECONDS } from '../policy';
import type { FinishedRelease } from '../seed-run';
import type { Broken } from './broken';

/**
 * Time limit from the first ready pod until no pod is ready: the stage, its verdict, the rollback, and a busy machine.
 */
const BOUND_MS = STAGE_SECONDS * 1_000 + 15_000;

/**
 * P30: a bad version gets traffic no longer than its analysis and its rollback take, plus the outages of Alloy and of
 * the parts that it needs.
 */
export function checkExposure(
  { id, project, tag, behaviour }: FinishedRelease,
  steps: readonly Step[],
  outages: readonly Outage[],
): readonly Broken[] {
  if (behaviour === 'good') return [];
  const exposed = steps.filter(({ after }) => getsTraffic(after, tag));
  const from = exposed[0]?.revision.seenAt;
  if (from === undefined) return [];
  const last = steps.indexOf(exposed.at(-1)!);
  const to = steps[last + 1]?.revision.seenAt;
  const broken = (text: string): Broken[] => [{ promise: 'P30', project, release: id, text: `${tag}: ${text}` }];
  if (to === undefined) return broken('gets traffic until the end');
  const allowed = BOUND_MS + absenceWithin(outages, from, to);
  return to - from <= allowed ? [] : broken(`got traffic for ${to - from} ms, ${allowed} are allowed`);
}

function getsTraffic(world: World, tag: string): boolean {
  const selectors = servicesOf(world).map(selectorOf);
  const matches = ({ metadata }: KubeObject): boolean =>
    selectors.some((labels) => Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value));
  return [...world.values()].some((object) => object.kind === 'Pod' && isReady(object) && runs(object, tag) && matches(object));
}

const runs = (pod: KubeObject, tag: string): boolean =>
  (pod['spec'] as { readonly containers: ReadonlyArray<{ readonly image: string }> }).containers.some(({ image }) =>
    image.endsWith(`:${tag}`),
  );
