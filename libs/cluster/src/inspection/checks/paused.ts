import type { Refusal } from '@alloy/release';
import type { InspectInput } from '../inspect';

/** A user has paused the Deployment: its pods would keep their version, and the release would wait for its deadline. */
export function paused({ live: { web } }: InspectInput): Refusal | null {
  return web?.object.spec.paused === true ? { code: 'workload_paused', text: pausedText(web.object.metadata.name) } : null;
}

/** What is wrong with a paused Deployment, and how to resume it. */
export const pausedText = (name: string): string =>
  `Deployment ${name} is paused (kubectl rollout pause): resume it with kubectl rollout resume deployment/${name}`;
