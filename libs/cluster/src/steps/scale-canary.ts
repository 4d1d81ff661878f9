import type { DesiredOf } from '../desired';
import type { Live } from '../live';
import { done, refused, type NextWrite } from '../write';
import { ensureReplicas } from './ensure';

/** Capacity first: the canary grows, stable keeps what it has. The watcher says when its pods are ready. */
export function scaleCanary(desired: DesiredOf<'scaleCanary'>, live: Live): NextWrite {
  if (!live.canary) return gone(desired.canary);
  return ensureReplicas(desired, live.canary, desired.pods) ?? done({ type: 'WorkloadScaled', data: { track: 'canary', replicas: desired.pods } });
}

export const gone = (name: string): NextWrite => refused('invalid_object', `Deployment ${name} was removed while the release ran`);
