import type { KubeObject } from '@alloy/contracts';
import type { ManagedRoute } from '@alloy/release';
import type { Desired } from '../../desired';
import { refOf, refused, versionOf, write, type NextWrite } from '../../write';
import { stableJson } from '../../stable-json';
import { markStanding } from '../mark-standing';
import type { Found } from './found';
import { markName, markText } from './mark';
import type { NewBackends } from './route-format';

/** The weights and the rules of Alloy, with the mark of this decision, in one write. Undefined: the route has them. */
export function setWeights(
  { owner: { fence } }: Desired, { format, weights, traffic, mark, route, own }: Found, backends: NewBackends<unknown>,
  routes: readonly ManagedRoute[] = [], drains = false,
): NextWrite | undefined {
  if (!route || !own) return undefined;
  const rank = markStanding(mark, fence);
  const { kind, metadata: { name } } = route;
  if (rank === 'newer') return { kind: 'stale', object: `${kind}/${name}` };
  if (rank === 'foreign') return refused('foreign_owner', `another installation of Alloy shifts traffic of ${kind} ${name}`);
  const fields = format.fieldsWith(own, traffic, backends, routes);
  const isChanged = stableJson(format.fieldsOf(route)) !== stableJson(fields);
  if (rank === 'current' && !isChanged) return undefined;
  const isDraining = drains || mark?.drains === true;
  const noted = { weights: weights.notedWeights(own, traffic, mark), ...(isDraining && { drains: true }) };
  return write({
    verb: 'route', ref: refOf(route), resourceVersion: versionOf(route),
    annotations: { [markName(traffic.service)]: markText(fence, noted) }, ...(isChanged && { spec: fields }),
  });
}

/** Waits for the controllers of the route. */
export const awaitAccepted = ({ format }: Found, route: KubeObject): NextWrite | undefined =>
  format.isAccepted(route) ? undefined : { kind: 'wait', for: 'route_accepted', object: refOf(route) };
