import type { KubeObject } from '@alloy/contracts';
import type { PlannedPolicy, policyRouterNames, TrafficPlan } from '@alloy/release';
import { findTraffic, type FoundTraffic } from '../inspection/route/find-traffic';
import { deploymentOf } from '../revision';
import { bundleOf, rollingBack, type Scenario } from './fixtures';
import { playing } from './by-steps';
import type { Rig } from './rig';
import { contentOf } from './routed';
import { second, withStable } from './scenarios';

/** A router, and the user's route in front of v1. */
interface Routed {
  readonly router: (typeof policyRouterNames)[number];
  readonly route: KubeObject;
  /** Names of its rules in the policy. */
  readonly rules?: readonly string[];
  readonly steps?: PlannedPolicy['steps'];
}

/** What the inspection of the second release finds. */
export async function inspected(rig: Rig, { router, rules }: Routed): Promise<FoundTraffic | undefined> {
  const owner = { project: 'shop', environment: 'production', releaseId: 'R2', fence: { installation: 'alloy', slot: 2, version: 0 } };
  const bundle = bundleOf('v2');
  return findTraffic(rig.cluster, {
    router, namespace: 'shop', deployment: deploymentOf(bundle), objects: bundle.objects, route: undefined, rules, managed: [], owner,
  });
}

/** A cluster in which v1 runs behind the route. */
export async function behind({ route }: Routed): Promise<Rig> {
  const rig = await withStable(5);
  await rig.cluster.create(route);
  return rig;
}

/** The route after each write of the second release that changes its spec. */
export interface History {
  readonly traffic: TrafficPlan;
  readonly specs: readonly unknown[];
  /** Whether it is in the end as before, with nothing of Alloy beside it. */
  readonly isClean: boolean;
}

interface Started {
  readonly rig: Rig;
  readonly scenario: Scenario;
  readonly live: () => KubeObject;
}

/** The second release, with what the inspection finds. */
async function started(routed: Routed): Promise<Started> {
  const { router, route, steps = [{ setWeight: 20 }, { setWeight: 50 }] } = routed;
  const rig = await behind(routed);
  const found = await inspected(rig, routed);
  if (!found || 'refusal' in found) throw new Error(JSON.stringify(found));
  const scenario: Scenario = { ...second(5), traffic: found.traffic, policy: { steps, traffic: { router, drainSeconds: 5 } } };
  return { rig, scenario, live: () => rig.cluster.find(route.kind, route.metadata.name)! };
}

const rollBack = ({ rig, scenario }: Started) => rig.finish(rollingBack(scenario, 'releasing', 40), bundleOf('v2'), bundleOf('v1'));

function isClean({ rig, live }: Started, route: object): boolean {
  const isAlone = ['Service', 'Deployment'].every((kind) => rig.cluster.find(kind, 'web-canary') === undefined);
  return isAlone && JSON.stringify(contentOf(live())) === JSON.stringify(contentOf(route as KubeObject));
}

/** A client gives the route this spec before the second weight: why that step fails, and what a rollback leaves. */
export async function lostRule(routed: Routed, spec: object) {
  const release = await started(routed);
  const { rig, scenario, live } = release;
  const { perform, performUntil, indexOf } = playing(scenario);
  await performUntil(rig, indexOf('shiftTraffic', 1));
  rig.cluster.put({ ...live(), spec });
  const { last } = await perform(rig, indexOf('shiftTraffic', 1));
  await rollBack(release);
  return { refusal: last.kind === 'refused' ? last.refusal : undefined, isClean: isClean(release, { ...routed.route, spec }) };
}

/** Plays the second release from its inspection, to its promotion or until it is rolled back before the promotion. */
export async function historyOf(routed: Routed, end: 'promoted' | 'rolledBack'): Promise<History> {
  const release = await started(routed);
  const { rig, scenario, live } = release;
  const specs: unknown[] = [];
  rig.onWrite = (write) => void (write.verb === 'route' && write.spec && specs.push(live()['spec']));
  const { steps, performUntil, indexOf } = playing(scenario);
  await performUntil(rig, end === 'promoted' ? steps.length : indexOf('promote'));
  if (end === 'rolledBack') await rollBack(release);
  return { traffic: scenario.traffic!, specs, isClean: isClean(release, routed.route) };
}
