import { quantityOf } from '@alloy/contracts';
import { hasEnded } from '../controllers/pod-state';
import type { Container, Pod, PodSpec } from '../kinds';
import { isSidecar } from './pod-runner';

/** What the scheduler reads of a node. */
export interface NodeRoom {
  readonly labels: Readonly<Record<string, string>>;
  /** Whether a user has cordoned it. */
  readonly unschedulable: boolean;
  /** Quantities of `cpu`, `memory` and `pods`. */
  readonly allocatable: Readonly<Record<string, string>>;
}

const MEASURED = ['cpu', 'memory'] as const;
type Measured = (typeof MEASURED)[number];

/** Why the pod can't run on the only node, in the scheduler's words; undefined: it fits. `pods`: those on the node. */
export function noRoom(pod: Pod, node: NodeRoom, pods: readonly Pod[]): string | undefined {
  const reasons = reasonsAgainst(pod.spec, node, pods.filter((each) => !hasEnded(each)));
  return reasons.length === 0 ? undefined : `0/1 nodes are available: ${reasons.map((reason) => `1 ${reason}`).join(', ')}.`;
}

/** A node is refused for the first of these filters; only the last one can give several reasons. */
function reasonsAgainst(spec: PodSpec, node: NodeRoom, running: readonly Pod[]): readonly string[] {
  if (node.unschedulable) return ['node(s) were unschedulable'];
  const selector = Object.entries((spec['nodeSelector'] as Readonly<Record<string, string>> | undefined) ?? {});
  if (selector.some(([label, value]) => node.labels[label] !== value)) return ["node(s) didn't match Pod's node affinity/selector"];
  const isShort = (resource: Measured): boolean => {
    const wanted = requestOf(spec, resource);
    const used = running.reduce((sum, each) => sum + requestOf(each.spec, resource), 0);
    // Rounded to millis: sums of fractions are not exact.
    return wanted > 0 && Math.round((used + wanted) * 1000) > Math.round(quantityOf(node.allocatable[resource]) * 1000);
  };
  const full = running.length + 1 > quantityOf(node.allocatable['pods']) ? ['Too many pods'] : [];
  return [...full, ...MEASURED.filter(isShort).map((resource) => `Insufficient ${resource}`)];
}

/**
 * What a pod requests: an init container runs beside the sidecars before it, the containers beside all sidecars.
 * Source: Kubernetes, "Sidecar Containers", Resource sharing within containers.
 */
export function requestOf({ containers, initContainers = [], ...spec }: PodSpec, resource: Measured): number {
  let sidecars = 0;
  let highest = 0;
  for (const container of initContainers) {
    const own = ofContainer(container, resource);
    highest = Math.max(highest, sidecars + own);
    if (isSidecar(container)) sidecars += own;
  }
  const running = containers.reduce((sum, container) => sum + ofContainer(container, resource), sidecars);
  const overhead = (spec['overhead'] as Readonly<Record<string, string>> | undefined)?.[resource] ?? 0;
  return Math.max(highest, running) + quantityOf(overhead);
}

/** A missing request equals the limit. */
const ofContainer = ({ resources: { requests, limits } = {} }: Container, resource: Measured): number =>
  quantityOf(requests?.[resource] ?? limits?.[resource] ?? 0);
