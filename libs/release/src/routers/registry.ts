import type { Payloads } from '../events';
import type { RouterName } from '../plan';
import type { PlannedPolicy } from '../policy';
import { gatewayApi } from './gateway-api';
import { istio } from './istio';
import { nginxIngress } from './nginx-ingress';
import { podRatio } from './pod-ratio';
import type { PlannedRouter } from './router';
import { serviceSelector } from './service-selector';
import { smi } from './smi';
import { traefik } from './traefik';

/** How each router is planned, by its name in plans; exhaustive. What it writes is in `libs/cluster/src/routers`. */
export const plannedRouters: Readonly<Record<RouterName, PlannedRouter>> = {
  podRatio, gatewayApi, istio, traefik, smi, nginxIngress, serviceSelector,
};

/** The router of canaries with this policy. */
export const routerOf = ({ traffic }: PlannedPolicy): PlannedRouter => plannedRouters[traffic?.router ?? 'podRatio'];

/** The router of a release that shifts no traffic: what an earlier release has left switched must end. */
export const leftRouter = (policy: PlannedPolicy, { traffic }: Payloads['TargetInspected']): PlannedRouter =>
  traffic && traffic.route === undefined ? serviceSelector : routerOf(policy);

/** Default time in which the last requests to the canary may end before its pods are removed. */
const DRAIN_SECONDS = 30;
/** Of a failed release the policy may name another time. */
export const abortDrainSecondsOf = (policy: PlannedPolicy): number => policy.canary?.abortScaleDownDelaySeconds ?? drainSecondsOf(policy);
/** The default leaves half of the deadline to the rest of the step. */
export const drainSecondsOf = ({ traffic, progressDeadline }: PlannedPolicy): number =>
  traffic?.drainSeconds ?? Math.min(DRAIN_SECONDS, Math.floor(progressDeadline / 2));
