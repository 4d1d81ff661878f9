import { FENCE_ANNOTATION, type KubeObject } from '@alloy/contracts';
import type { RouteTraffic } from '@alloy/release';
import type { Desired } from '../../desired';
import { formatFence, standing } from '../../fence';
import { stableJson } from '../../stable-json';
import { asCreated } from '../../steps/ensure';
import { withOwner } from '../../with-owner';
import { refOf, refused, versionOf, write, type NextWrite } from '../../write';
import { rulesFor, type Ingress } from './ingress';
import { shareAnnotations, type Annotations, type Share } from './share';

/** The traffic of a plan with a canary Ingress. */
export type IngressTraffic = RouteTraffic & Required<Pick<RouteTraffic, 'canaryIngress'>>;

const CLASS = 'kubernetes.io/ingress.class';

/**
 * Ensures that the canary Ingress has the share. A new one has the weight 0 at first. `source`: the user's Ingress;
 * `found`: the live canary Ingress.
 */
export function ensureShare(
  desired: Desired, traffic: IngressTraffic, source: Ingress, found: Ingress | null, share: Share,
): NextWrite | undefined {
  if (!found) return write({ verb: 'create', object: asCreated(canaryIngressOf(desired, traffic, source), desired.owner) });
  return setShare(desired, traffic, found, share, rulesFor(source, traffic.service, traffic.canaryService));
}

/** One write of the fence, the share and the rules. Undefined: it has them. `rules`: default those that it has. */
export function setShare(
  { owner }: Desired, { canaryIngress: { name, annotationPrefix } }: IngressTraffic, found: Ingress, share: Share,
  rules = found.spec?.rules ?? [],
): NextWrite | undefined {
  const rank = standing(found, owner);
  if (rank === 'newer') return { kind: 'stale', object: `Ingress/${name}` };
  if (rank === 'foreign' || rank === 'unowned') {
    return refused('foreign_owner', `Ingress ${name} was not made by Alloy, or belongs to another project`);
  }
  const wanted: Annotations = { [FENCE_ANNOTATION]: formatFence(owner.fence), ...shareAnnotations(share, annotationPrefix) };
  const live = found.metadata.annotations ?? {};
  const annotations = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => (live[key] ?? null) !== value));
  const isChanged = stableJson(found.spec?.rules ?? []) !== stableJson(rules);
  if (Object.keys(annotations).length === 0 && !isChanged) return undefined;
  return write({ verb: 'route', ref: refOf(found), resourceVersion: versionOf(found), annotations, ...(isChanged && { spec: { rules } }) });
}

/** The Ingress of the canary without traffic, for the same class, hosts and paths as the user's. */
export function canaryIngressOf(
  { namespace, owner }: Pick<Desired, 'namespace' | 'owner'>, { service, canaryService, canaryIngress }: IngressTraffic, source: Ingress,
): KubeObject {
  const { name, annotationPrefix } = canaryIngress;
  const className = source.spec?.ingressClassName;
  const share = shareAnnotations({ weight: 0, routes: [], drains: false }, annotationPrefix);
  const set = Object.entries(share).filter((entry): entry is [string, string] => entry[1] !== null);
  const object: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, annotations: { ...copiedAnnotations(source, annotationPrefix), ...Object.fromEntries(set) } },
    spec: { ...(className !== undefined && { ingressClassName: className }), rules: rulesFor(source, service, canaryService) },
  };
  return withOwner(object, namespace, owner, 'canary');
}

/**
 * Those that the controller reads: the balancing and the affinity of a canary are its own, the others it takes from the
 * user's Ingress. None of other tools, for which a second Ingress would be a second certificate or DNS record.
 */
const copiedAnnotations = ({ metadata: { annotations = {} } }: Ingress, prefix: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(annotations).filter(([key]) => key === CLASS || (key.startsWith(`${prefix}/`) && !key.startsWith(`${prefix}/canary`))),
  );
