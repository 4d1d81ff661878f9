import { kindIdOf, type KubeObject } from '@alloy/contracts';
import type { SwitchTraffic } from '@alloy/release';
import { isClusterError } from '../../errors';
import type { Owner } from '../../fence';
import type { Deployment } from '../../json';
import type { Live } from '../../live';
import type { Cluster } from '../../ports';
import { markStanding } from '../../routers/mark-standing';
import { switchMarkOf } from '../../routers/service-selector/mark';
import { isOnCanary } from '../../routers/service-selector/selectors';
import { selects } from '../../selects';
import { readPolicies, type FoundTraffic } from '../route/find-traffic';
import { chooseSwitch, type SwitchQuestion } from './choose-switch';

type Reader = Pick<Cluster, 'list'>;

/** Reads the Services of the namespace, and chooses those that a release with the strategy blueGreen switches. */
export async function findSwitch(cluster: Reader, namespace: string, question: SwitchQuestion): Promise<FoundTraffic> {
  const [services, policies] = await Promise.all([readServices(cluster, namespace), readPolicies(cluster, namespace)]);
  const own = question.objects.filter((object) => kindIdOf(object) === 'NetworkPolicy.networking.k8s.io');
  return chooseSwitch({ ...question, services, policies: [...policies, ...own] });
}

export interface LeftSwitch {
  readonly traffic: SwitchTraffic;
  /** Whether the active Service still selects the canary. */
  readonly isSwitched: boolean;
}

/**
 * The Services that an earlier release of the workload has switched and not given back, as one that is stuck. Reads
 * them only if a canary, or an annotation on a Service of the bundle, shows that there may be some.
 */
export async function findLeftSwitch(
  cluster: Reader, namespace: string, { web, canary, shared }: Pick<Live, 'web' | 'canary' | 'shared'>, owner: Owner,
): Promise<LeftSwitch | undefined> {
  const marked = [...shared.values()].filter((object) => object.kind === 'Service' && switchMarkOf(object));
  if (!web || (!canary && marked.length === 0)) return undefined;
  return leftIn(await readServices(cluster, namespace).catch(orForbidden(marked)), web.object, owner);
}

function leftIn(services: readonly KubeObject[], web: Deployment, { fence }: Owner): LeftSwitch | undefined {
  const labels = web.spec.template.metadata?.labels ?? {};
  for (const service of services) {
    const mark = switchMarkOf(service);
    if (!mark?.preview || markStanding(mark, fence) === 'foreign' || !selects({ matchLabels: mark.selector }, labels)) continue;
    const traffic = { service: service.metadata.name, selector: mark.selector, ...mark.preview };
    return { traffic, isSwitched: isOnCanary(service, traffic.label) };
  }
  return undefined;
}

/** A client without the right to list Services cannot have switched any, except by a right that it had before. */
const orForbidden = (known: readonly KubeObject[]) => (error: unknown): readonly KubeObject[] => {
  if (isClusterError(error, 'forbidden')) return known;
  throw error;
};

const readServices = (cluster: Reader, namespace: string): Promise<readonly KubeObject[]> =>
  cluster.list({ apiVersion: 'v1', kind: 'Service', namespace });
