import type { RouterName } from '../plan';
import type { PlannedPolicy } from '../policy';
import { podRatio } from './pod-ratio';
import type { PlannedRouter } from './router';

/** How each router is planned, by its name in plans; exhaustive. What it writes is in `libs/cluster/src/routers`. */
export const plannedRouters: Readonly<Record<RouterName, PlannedRouter>> = { podRatio };

/** The router of releases with this policy. */
export const routerOf = (_policy: PlannedPolicy): PlannedRouter => plannedRouters.podRatio;
