import { TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import type { TrafficPlan } from '@alloy/release';
import { withOwner } from '../../with-owner';
import type { Desired } from '../../desired';

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly [field: string]: unknown;
}

/** Fields that make the canary's Service behave to its clients as the workload's does; addresses are its own. */
const COPIED = ['sessionAffinity', 'sessionAffinityConfig', 'publishNotReadyAddresses', 'internalTrafficPolicy', 'trafficDistribution'];

/** The Service that selects the pods of the canary, with the ports of the workload's Service. */
export function canaryServiceOf(source: KubeObject, { canaryService, label }: TrafficPlan, { namespace, owner }: Desired): KubeObject {
  const spec = (source['spec'] ?? {}) as ServiceSpec;
  const isHeadless = spec['clusterIP'] === 'None';
  const ports = (spec.ports ?? []).map(({ nodePort: _own, ...port }) => port);
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: canaryService },
    spec: {
      ...Object.fromEntries(COPIED.filter((field) => spec[field] !== undefined).map((field) => [field, spec[field]])),
      ...(isHeadless && { clusterIP: 'None' }),
      selector: { ...spec.selector, [label.name]: label.value, [TRACK_LABEL]: 'canary' },
      ports,
    },
  };
  return withOwner(object, namespace, owner, 'canary');
}
