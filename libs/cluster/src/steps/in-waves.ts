import { kindIdOf } from '@alloy/contracts';
import { isFollower } from '../followers';
import type { ObjectRef } from '../ports';
import { targetOf, type NextWrite, type Write } from '../write';

/**
 * Maximum number of writes at the same time. The executor reads the release again before each batch, so the limit also
 * bounds how many writes a newer decision finds in progress.
 */
export const BATCH = 16;

/** Kinds that send traffic to pods or change their number. */
const routes: ReadonlySet<string> = new Set([
  'Ingress.networking.k8s.io', 'HTTPRoute.gateway.networking.k8s.io', 'GRPCRoute.gateway.networking.k8s.io',
  'VirtualService.networking.istio.io', 'TraefikService.traefik.io', 'TrafficSplit.split.smi-spec.io',
  'HorizontalPodAutoscaler.autoscaling', 'ScaledObject.keda.sh',
]);

/** First what pods need before they start, then workloads, then what sends traffic to them or scales them. */
const waveOf = (ref: ObjectRef): number => (routes.has(kindIdOf(ref)) ? 2 : isFollower(ref) ? 1 : 0);

/**
 * The next of these writes to different objects: those of the first wave, which do not depend on each other.
 * Undefined: there are no writes.
 */
export function inWaves(writes: readonly Write[]): NextWrite | undefined {
  const waves = writes.map((one) => waveOf(targetOf(one)));
  const next = Math.min(...waves);
  const [write, ...alongside] = writes.filter((_, index) => waves[index] === next).slice(0, BATCH);
  return write && { kind: 'write', write, ...(alongside.length > 0 && { alongside }) };
}
