import type { KubeObject } from '@alloy/contracts';
import { deploymentOf, lineageOf, readyMatching, selectorOf, servicesOf, shedBy } from '../pods';
import type { Step } from '../revision';
import { isTargets, serviceOf, targetsOf } from '../targets';
import type { Judgement, Violation } from '../violation';
import type { IsAlloys } from '../whose';

export interface EndpointsInput {
  readonly steps: readonly Step[];
  readonly isAlloys: IsAlloys;
}

/**
 * P2: no write of Alloy leaves a Service with a selector without ready endpoints: neither by its selector, nor by pods
 * that are removed because Alloy allowed fewer. Checked twice: by the pods that the selector selects, and by the
 * EndpointSlices of the cluster's own controllers.
 */
export function checkEndpoints({ steps, isAlloys }: EndpointsInput): Judgement {
  const lineage = lineageOf(steps);
  const shrinkers = new Map<string, boolean>();
  const takenByAlloy = new Set<string>();
  const violations: Violation[] = [];
  let judged = 0;
  for (const step of steps) {
    const { object, at } = step.revision;
    if (object.kind === 'Deployment')
      shrinkers.set(object.metadata.name, changesPods(step) ? isAlloys(step) : (shrinkers.get(object.metadata.name) ?? false));
    const shed = shedBy(step);
    const byAlloy = shed !== undefined && (shrinkers.get(deploymentOf(shed, lineage) ?? '') ?? false);
    if (byAlloy) takenByAlloy.add(shed.metadata.name);
    for (const service of servicesOf(step.after)) {
      if (!losesAll(step, service)) continue;
      judged += 1;
      if (byAlloy || (object.kind === 'Service' && isAlloys(step))) violations.push(emptied(at, service, 'selects no ready pod any more'));
    }
    const lost = lostTargets(step);
    if (!lost) continue;
    judged += 1;
    if (lost.pods.some((pod) => takenByAlloy.has(pod))) violations.push(emptied(at, lost.of, 'has no ready address any more'));
  }
  return { violations, judged: judged + steps.filter(({ revision: { object } }) => isTargets(object)).length };
}

/** Whether it changes replicas or template, or deletes the object. */
function changesPods({ revision: { type, object }, before }: Step): boolean {
  const was = before.get(`Deployment/${object.metadata.name}`);
  return type === 'deleted' || JSON.stringify(was?.['spec']) !== JSON.stringify(object['spec']);
}

function losesAll({ before, after }: Step, service: KubeObject): boolean {
  const was = before.get(`Service/${service.metadata.name}`);
  if (!was || Object.keys(selectorOf(was)).length === 0) return false;
  return readyMatching(before, selectorOf(was)).length > 0 && readyMatching(after, selectorOf(service)).length === 0;
}

/** The pods of the last addresses, if this step leaves none. */
function lostTargets({
  revision: { object, type },
  before,
  after,
}: Step): { readonly of: KubeObject; readonly pods: readonly string[] } | undefined {
  if (!isTargets(object) || type === 'deleted') return undefined;
  const service = serviceOf(object);
  const pods = targetsOf(before, service);
  return pods.length > 0 && targetsOf(after, service).length === 0 ? { of: object, pods } : undefined;
}

const emptied = (at: number, { kind, metadata }: KubeObject, what: string): Violation => ({
  promise: 'P2',
  at,
  text: `${kind} ${metadata.name} ${what}, by a write of Alloy`,
});
