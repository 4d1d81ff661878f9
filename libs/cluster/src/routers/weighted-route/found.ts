import type { KubeObject } from '@alloy/contracts';
import type { RouteTraffic } from '@alloy/release';
import type { Desired, DesiredTraffic } from '../../desired';
import type { Live } from '../../live';
import { markOf, type Mark } from './mark';
import type { RouteFormat } from './route-format';
import { weightsIn, type Weights } from './weights';

/** What a router writes to, as it was read. */
export interface Found {
  readonly format: RouteFormat;
  readonly weights: Weights<KubeObject, unknown>;
  readonly traffic: RouteTraffic & DesiredTraffic;
  readonly route: KubeObject | null;
  /** The route with the rules of the user's alone. */
  readonly own: KubeObject | null;
  readonly service: KubeObject | null;
  readonly mark: Mark | undefined;
}

/** Undefined: the plan knows no route, because it has no canary. */
export function foundIn(format: RouteFormat, { traffic }: Pick<Desired, 'traffic'>, live: Pick<Live, 'traffic'>): Found | undefined {
  if (!traffic?.route || !live.traffic) return undefined;
  const { route, canaryService } = live.traffic;
  const own = route && format.withoutManaged(route, traffic);
  const mark = route ? markOf(route, traffic.service) : undefined;
  return { format, weights: weightsIn(format), traffic, route, own, service: canaryService, mark };
}
