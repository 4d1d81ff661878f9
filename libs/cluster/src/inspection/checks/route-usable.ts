import type { Refusal } from '@alloy/release';
import type { InspectInput } from '../inspect';

/** A canary whose router has no route or Service to shift the traffic on. */
export function routeUsable({ live, wantsCanary, routing }: InspectInput): Refusal | null {
  const isCanary = wantsCanary && live.web !== null && live.web.replicas > 0;
  return isCanary && routing && 'refusal' in routing ? routing.refusal : null;
}
