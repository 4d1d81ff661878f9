import type { z } from 'zod';
import type { PlannedPolicy } from './policy';
import type { CanaryStep } from './policy-steps';
import { routerOf } from './routers/registry';

/** Steps that only a router with weights can carry out, and why. */
const weightedSteps: Partial<Record<keyof CanaryStep, string>> = {
  setCanaryScale: 'With podRatio every canary pod gets traffic, so that its pods are its weight: set the weight, or choose a router with ' +
    'weights (traffic.router: gatewayApi).',
  setHeaderRoute: 'podRatio cannot distinguish requests: choose a router with weights (traffic.router: gatewayApi).',
};

/** What the policy demands of its router must be something that the router can do. */
export function checkTraffic(policy: PlannedPolicy, { addIssue }: z.RefinementCtx): void {
  if (routerOf(policy).isWeighted) return;
  policy.steps?.forEach((step, index) => {
    for (const [key, message] of Object.entries(weightedSteps))
      if (step[key as keyof CanaryStep] !== undefined) addIssue({ code: 'custom', path: ['steps', index, key], message });
  });
}
