import type { LiveWorkload } from '../live';
import { waitFor, type NextWrite } from '../write';

/** Default of Kubernetes for the grace period of pods, seconds. */
const DEFAULT_GRACE = 30;
/** Time in which a node ends a pod after its grace period, seconds. */
const KILL_TIME = 5;

/**
 * Waits for deleted pods for their grace period. Until they end they answer on open connections, and use the quota of
 * the namespace and the capacity of the nodes. After the wait the reported weight is correct, and the next step has
 * capacity.
 */
export function drained({ drainSeconds }: { readonly drainSeconds: number }, { draining, object }: LiveWorkload): NextWrite | undefined {
  const grace = (object.spec.template.spec['terminationGracePeriodSeconds'] as number | undefined) ?? DEFAULT_GRACE;
  return draining > 0 && drainSeconds > 0 ? waitFor('pods_drained', Math.min(drainSeconds, grace + KILL_TIME)) : undefined;
}
