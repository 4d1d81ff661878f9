import { TRACK_LABEL, type KubeObject } from '@alloy/contracts';
import type { TrafficPlan } from '@alloy/release';
import type { Desired } from '../desired';
import { fenceOf, standing } from '../fence';
import { applyOver, asCreated } from '../steps/ensure';
import { withOwner } from '../with-owner';
import { refused, write, type NextWrite } from '../write';

interface ServiceSpec {
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly [field: string]: unknown;
}

/** Fields that make the canary's Service behave to its clients as the workload's does; addresses are its own. */
const COPIED = ['sessionAffinity', 'sessionAffinityConfig', 'publishNotReadyAddresses', 'internalTrafficPolicy', 'trafficDistribution'];

/**
 * Ensures that Alloy's own Service for the canary's pods exists. `source`: the workload's Service; `found`: the live
 * one of that name.
 */
export function ensureCanaryService(
  desired: Desired, traffic: TrafficPlan, source: KubeObject, found: KubeObject | null,
): NextWrite | undefined {
  const { owner } = desired;
  const wanted = canaryServiceOf(source, traffic, desired);
  if (!found) return write({ verb: 'create', object: asCreated(wanted, owner) });
  switch (standing(found, owner)) {
    case 'foreign':
    case 'unowned':
      return refused('foreign_owner', `Service ${traffic.canaryService} was not made by Alloy, or belongs to another project`);
    case 'newer':
      return staleService(traffic);
    case 'current':
      return undefined;
    case 'older':
      // That of an earlier release, which may have other ports; within a release it stays as it is.
      return fenceOf(found)?.slot === owner.fence.slot ? undefined : applyOver(wanted, found);
  }
}

/** A later decision has written it. */
export const staleService = ({ canaryService }: Pick<TrafficPlan, 'canaryService'>): NextWrite =>
  ({ kind: 'stale', object: `Service/${canaryService}` });

/** The Service that selects the pods of the canary, with the ports of the workload's Service. */
function canaryServiceOf(source: KubeObject, { canaryService, label }: TrafficPlan, { namespace, owner }: Desired): KubeObject {
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
