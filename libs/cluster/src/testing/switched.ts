import type { KubeObject } from '@alloy/contracts';
import type { SwitchTraffic } from '@alloy/release';
import { isReady } from '../pods';
import { selectorIn, type Selector } from '../routers/service-selector/selectors';
import { at, bundleOf, planOf, rollingBack, type Scenario } from './fixtures';
import type { Rig } from './rig';
import { second, texts, withStable } from './scenarios';

/** The active Service `web`, and a preview Service that Alloy makes. */
export const traffic: SwitchTraffic = {
  service: 'web', canaryService: 'web-preview', label: { name: 'app', value: 'web-canary' }, selector: { app: 'web' },
};
/** The preview Service is the user's. */
export const usersTraffic: SwitchTraffic = { ...traffic, canaryService: 'staging', previewSelector: { app: 'web' } };
export const usersPreview: KubeObject = {
  apiVersion: 'v1', kind: 'Service', metadata: { name: 'staging', namespace: 'shop', annotations: { team: 'shop' } },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};

/** The second release, by the strategy blueGreen. */
export const switched = (replicas = 3, over: SwitchTraffic = traffic): Scenario =>
  ({ ...second(replicas), strategy: 'blueGreen', traffic: over });

export const indexOf = (scenario: Scenario, kind: string, nth = 0): number =>
  planOf(scenario).steps.flatMap((step, index) => (step.kind === kind ? [index] : []))[nth]!;

/** A cluster in which v1 runs behind its Service, which has an annotation of the user's. */
export async function withServices(replicas = 3): Promise<Rig> {
  const rig = await withStable(replicas);
  await rig.cluster.create(usersPreview);
  return rig;
}

export const serviceIn = (rig: Rig, name = 'web'): KubeObject | undefined => rig.cluster.find('Service', name);
export const selectorOf = (rig: Rig, name = 'web'): Selector => selectorIn(serviceIn(rig, name)!);
/** The release of the ready pods that the Service selects; empty: none. */
export function servedBy(rig: Rig, name = 'web'): readonly string[] {
  const selector = Object.entries(selectorOf(rig, name));
  const pods = rig.cluster.all('Pod').filter(({ metadata }) => selector.every(([key, value]) => metadata.labels?.[key] === value));
  return pods.filter(isReady).map(({ metadata }) => metadata.labels?.['alloy.dev/release'] ?? '');
}

/** Performs one step of the release; all pods become ready. */
export async function perform(rig: Rig, scenario: Scenario, index: number) {
  const result = await rig.finish(at(scenario, index, 2 + index), bundleOf('v2'), bundleOf('v1'));
  while (rig.settle());
  return { ...result, texts: texts(result.writes) };
}

/** Performs the steps before `until`. */
export async function performUntil(rig: Rig, scenario: Scenario, until: number): Promise<void> {
  for (const [index, { kind }] of planOf(scenario).steps.slice(0, until).entries()) {
    if (kind !== 'analyse' && kind !== 'pause') await perform(rig, scenario, index);
  }
}

export async function rollBack(rig: Rig, scenario: Scenario, from: 'releasing' | 'promoting' = 'releasing') {
  const result = await rig.finish(rollingBack(scenario, from, 40), bundleOf('v2'), bundleOf('v1'));
  return { ...result, texts: texts(result.writes) };
}

/** The Service without what the API server writes. */
export const contentOf = ({ metadata: { annotations = {} }, ...object }: KubeObject): unknown => ({ annotations, spec: object['spec'] });
