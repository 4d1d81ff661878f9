import type { Bundle } from '@alloy/contracts';
import { isDeployment, type Deployment } from '../json';
import { isBaseline } from '../live';
import type { Cluster } from '../ports';
import { baselineName, canaryName, deploymentOf } from '../revision';
import { selects } from '../selects';

/** A Deployment outside of the bundle with pods that the release would take for its own. */
export interface Neighbour {
  readonly object: Deployment;
  /** The object of the bundle that selects its pods. */
  readonly selectedBy: { readonly kind: 'Deployment' | 'Service'; readonly name: string };
}

/**
 * The Deployments of the namespace, in one request: the labels that count are those of their pods, which the API server
 * cannot select by.
 */
export async function readDeployments(cluster: Cluster, namespace: string): Promise<readonly Deployment[]> {
  return (await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace })).filter(isDeployment);
}

/**
 * The other Deployments with pods that the bundle's Deployment or a Service in front of it selects. Deployments of the
 * bundle and the canary are none, and neither is a Deployment that is scaled to zero.
 */
export function neighboursOf(bundle: Bundle, deployments: readonly Deployment[]): readonly Neighbour[] {
  const { workload, objects } = bundle;
  const { selector, template } = deploymentOf(bundle).spec;
  const own = new Set([canaryName(workload), ...objects.filter(isDeployment).map(({ metadata }) => metadata.name)]);
  const isBaselineOf = (object: Deployment): boolean => object.metadata.name === baselineName(workload) && isBaseline(object);
  const labels = template.metadata?.labels ?? {};
  const services = objects
    .filter(({ kind }) => kind === 'Service')
    .map(({ metadata, ...service }) => ({ name: metadata.name, selector: selectorOf(service['spec']) }))
    .filter((service) => selects(service.selector, labels));
  return deployments
    .filter((object) => !own.has(object.metadata.name) && !isBaselineOf(object) && hasPods(object))
    .flatMap((object): readonly Neighbour[] => {
      const theirs = object.spec.template.metadata?.labels ?? {};
      if (selects(selector, theirs)) return [{ object, selectedBy: { kind: 'Deployment', name: workload } }];
      const service = services.find((candidate) => selects(candidate.selector, theirs));
      return service ? [{ object, selectedBy: { kind: 'Service', name: service.name } }] : [];
    });
}

const selectorOf = (spec: unknown): { readonly matchLabels: Readonly<Record<string, string>> } => ({
  matchLabels: (spec as { readonly selector?: Readonly<Record<string, string>> } | undefined)?.selector ?? {},
});

const hasPods = ({ spec, status }: Deployment): boolean => (spec.replicas ?? 1) > 0 || (status?.replicas ?? 0) > 0;
