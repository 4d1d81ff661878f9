import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { done, refused, waitFor, type NextWrite } from '../write';
import { ensureReplicas } from './ensure';

/** Capacity first: the canary grows, stable keeps what it has. The watcher says when its pods are ready. */
export function scaleCanary(desired: DesiredOf<'scaleCanary'>, live: Live): NextWrite {
  if (!live.canary) return gone(desired.canary);
  const pods = wanted(desired, live, live.canary);
  const short = pods > desired.pods ? waitFor('stable_ready') : undefined;
  return ensureReplicas(desired, live.canary, pods) ?? short ?? done({ type: 'WorkloadScaled', data: { track: 'canary', replicas: desired.pods } });
}

/** What an ended release left may be more than is asked for; of that only so much goes as stable can do without. */
const wanted = ({ pods, replicas }: DesiredOf<'scaleCanary'>, { web }: Live, canary: LiveWorkload): number =>
  Math.max(pods, Math.min(canary.replicas, replicas - (web?.ready ?? 0)));

export const gone = (name: string): NextWrite => refused('invalid_object', `Deployment ${name} was removed while the release ran`);
