import type { RouterName } from '../plan';
import type { PlannedPolicy } from '../policy';
import { gatewayApi } from './gateway-api';
import { podRatio } from './pod-ratio';
import type { PlannedRouter } from './router';

/** How each router is planned, by its name in plans; exhaustive. What it writes is in `libs/cluster/src/routers`. */
export const plannedRouters: Readonly<Record<RouterName, PlannedRouter>> = { podRatio, gatewayApi };

/** The router of releases with this policy. */
export const routerOf = ({ traffic }: PlannedPolicy): PlannedRouter => plannedRouters[traffic?.router ?? 'podRatio'];

/** Default time in which the last requests to the canary may end before its pods are removed. */
const DRAIN_SECONDS = 30;
/** Of a failed release the policy may name another time. */
export const abortDrainSecondsOf = (policy: PlannedPolicy): number => policy.canary?.abortScaleDownDelaySeconds ?? drainSecondsOf(policy);
export const drainSecondsOf = ({ traffic }: PlannedPolicy): number => traffic?.drainSeconds ?? DRAIN_SECONDS;
