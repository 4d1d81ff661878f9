import type { z } from 'zod';
import type { PlannedPolicy } from './policy';
import { checkIngress } from './policy-ingress';
import { routerOf } from './routers/registry';
import { affinityNames } from './session-affinity';

const OTHER_ROUTER = 'choose a router with weights (traffic.router: gatewayApi)';
/** Why pod ratio cannot carry out what a policy demands. */
const NOT_BY_PODS = {
  setCanaryScale: `With podRatio every canary pod gets traffic, so that its pods are its weight: set the weight, or ${OTHER_ROUTER}.`,
  dynamicStableScale: `With podRatio stable always shrinks as its weight falls: leave this out, or ${OTHER_ROUTER}.`,
  abortScaleDownDelaySeconds: `With podRatio the canary loses its traffic with its pods: leave this out, or ${OTHER_ROUTER}.`,
};

/** Steps that need a kind of route beside the weights, and what it does. */
const ROUTE_STEPS = [['setHeaderRoute', 'header', 'distinguish'], ['setMirrorRoute', 'mirror', 'copy']] as const;

type Fail = (path: readonly (string | number)[], message: string) => void;

/** Why the policy can have no experiment; undefined: it can. */
function withoutExperiments(policy: PlannedPolicy): string | undefined {
  if (policy.strategy === 'blueGreen')
    return 'The steps are for canaries: with the strategy blueGreen use blueGreen.preSwitchAnalysis and blueGreen.postSwitchAnalysis.';
  if (routerOf(policy).isWeighted)
    return 'Only podRatio gives a baseline the same traffic as the canary: choose it (traffic.router: podRatio), or use analysis, which ' +
      'compares with stable.';
  if (policy.analysis.mode === 'health')
    return 'With analysis.mode: health no requests are compared: choose metrics or auto, or use analysis.';
  return undefined;
}

/** What the policy demands of its router must be something that the router can do. */
export function checkTraffic(policy: PlannedPolicy, context: z.RefinementCtx): void {
  const fail: Fail = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  const { canary, steps, traffic, progressDeadline } = policy;
  const delay = canary?.abortScaleDownDelaySeconds;
  if (delay !== undefined && delay >= progressDeadline)
    fail(['canary', 'abortScaleDownDelaySeconds'], 'A rollback must end within progressDeadline: this must be less.');
  if (traffic?.drainSeconds !== undefined && traffic.drainSeconds >= progressDeadline)
    fail(['traffic', 'drainSeconds'], 'A promotion and a rollback must end within progressDeadline: this must be less.');
  const router = routerOf(policy);
  if (traffic?.rules && !router.hasNamedRules)
    fail(['traffic', 'rules'], `A route of ${router.name} has no rules with names: leave this out.`);
  if (traffic?.sessionAffinity) checkAffinity(policy, fail);
  checkIngress(policy, fail);
  const noExperiment = withoutExperiments(policy);
  steps?.forEach((step, index) => {
    for (const [key, kind, verb] of ROUTE_STEPS) {
      if (step[key] && !router.managed.includes(kind))
        fail(['steps', index, key], `${router.name} cannot ${verb} requests: choose another router (traffic.router: gatewayApi).`);
    }
    if (step.experiment && noExperiment) fail(['steps', index, 'experiment'], noExperiment);
    if (step.setCanaryScale && !router.isWeighted) fail(['steps', index, 'setCanaryScale'], NOT_BY_PODS.setCanaryScale);
  });
  if (router.isWeighted) return;
  if (canary?.dynamicStableScale) fail(['canary', 'dynamicStableScale'], NOT_BY_PODS.dynamicStableScale);
  if (delay) fail(['canary', 'abortScaleDownDelaySeconds'], NOT_BY_PODS.abortScaleDownDelaySeconds);
}

/** Users are kept by routes of their own, beside those of the steps. */
function checkAffinity(policy: PlannedPolicy, fail: Fail): void {
  const { name, keepsUsers } = routerOf(policy);
  if (!keepsUsers) {
    const text = `${name} cannot keep a user on a version: leave this out, or set traffic.router to gatewayApi.`;
    return fail(['traffic', 'sessionAffinity'], text);
  }
  policy.steps?.forEach(({ setHeaderRoute, setMirrorRoute }, index) => {
    for (const [key, route] of Object.entries({ setHeaderRoute, setMirrorRoute })) {
      if (route && affinityNames.some((taken) => taken === route.name))
        fail(['steps', index, key, 'name'], `traffic.sessionAffinity has a route ${route.name}: choose another name.`);
    }
    if (setMirrorRoute?.match)
      fail(
        ['steps', index, 'setMirrorRoute', 'match'],
        'The requests of this match are divided by the weight, also those of users whom traffic.sessionAffinity keeps: leave out one of them.',
      );
  });
}
