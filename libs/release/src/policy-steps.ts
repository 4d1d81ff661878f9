import { z } from 'zod';
import { changeAsked, managedRoutesAfter, type ManagedRoute } from './managed-routes';
import { analysisSchema } from './policy-analysis';
import { headerRouteSchema, mirrorRouteSchema } from './policy-matches';

/** Seconds, at most a week. */
export const seconds = z.number().min(1).max(7 * 24 * 3600);
/** Percent of the traffic. */
export const weightSchema = z.number().gt(0).max(100);

/** Refines an object with `observation`. */
export const isDeadlineLate = ({ duration, deadline }: { readonly duration: number; readonly deadline?: number | undefined }): boolean =>
  deadline === undefined || deadline >= duration;

/** Of a stage and of an analysis step. */
export const observation = {
  duration: seconds.describe('Seconds of observation.'),
  deadline: seconds.optional()
    .describe('Seconds after which a still inconclusive observation is rolled back; default: twice `duration`.'),
};
export const DEADLINE_TEXT = 'deadline must not be shorter than duration';

const { minRequests, maxErrorRate, maxErrorRateIncrease } = analysisSchema.shape;

/** Keys with which one analysis differs from `analysis` of the policy. */
export const overrides = {
  minRequests: minRequests.unwrap().optional().describe('Default: that of `analysis`.'),
  maxErrorRate: maxErrorRate.unwrap().optional().describe('Default: that of `analysis`.'),
  maxErrorRateIncrease: maxErrorRateIncrease.unwrap().optional().describe('Default: that of `analysis`.'),
};

/** Refines an object that is a choice by its key. */
export const hasOneKey = (value: object): boolean => Object.values(value).filter((one) => one !== undefined).length === 1;

/** The pods of the canary, apart from its weight. The names are those of Argo Rollouts. */
export const canaryScaleSchema = z
  .strictObject({
    replicas: z.number().int().min(1).max(10_000).optional().describe('Number of canary pods.'),
    weight: z.number().gt(0).max(100).optional().describe('Canary pods in percent of the pods of the workload, rounded up.'),
    matchTrafficWeight: z.literal(true).optional().describe('As many canary pods as its weight needs, as without this step.'),
  })
  .refine(hasOneKey, 'This has exactly one of these keys: replicas, weight, matchTrafficWeight.')
  .meta({
    minProperties: 1, maxProperties: 1,
    description: 'Scales the canary and keeps its weight, until the next setCanaryScale; it never has fewer pods than its weight needs. ' +
      'For a router with weights.',
  });
export type CanaryScale = z.infer<typeof canaryScaleSchema>;

export const pauseSchema = z.strictObject({
  duration: seconds.optional().describe('Seconds. Unset: until a user promotes or resumes the release.'),
});

/** One step of a canary as a policy writes it. */
export const canaryStepSchema = z
  .strictObject({
    setWeight: weightSchema.optional().describe('Scales the canary, and then shifts this percentage of the traffic to it.'),
    setCanaryScale: canaryScaleSchema.optional(),
    setHeaderRoute: headerRouteSchema.optional(),
    setMirrorRoute: mirrorRouteSchema.optional(),
    pause: pauseSchema.optional().describe('Waits; a canary that becomes unhealthy meanwhile is rolled back.'),
    analysis: z
      .strictObject({ ...observation, ...overrides })
      .refine(isDeadlineLate, DEADLINE_TEXT)
      .describe('Judges the canary at the weight that it has; `deadline` is not shorter than `duration`.')
      .optional(),
    experiment: z
      .strictObject({ ...observation, ...overrides })
      .refine(isDeadlineLate, DEADLINE_TEXT)
      .describe('Compares the canary with a baseline: as many new pods of the stable version as the canary has. They are removed ' +
        'afterwards. For podRatio; `deadline` is not shorter than `duration`.')
      .optional(),
  })
  .refine(
    hasOneKey,
    'A step has exactly one of these keys: setWeight, setCanaryScale, setHeaderRoute, setMirrorRoute, pause, analysis, experiment.',
  )
  .meta({
    minProperties: 1, maxProperties: 1,
    description: 'One step, with exactly one key.',
    examples: [{ setWeight: 20 }, { pause: {} }, { pause: { duration: 60 } }],
  });
export type CanaryStep = z.infer<typeof canaryStepSchema>;

/** The steps of a canary, instead of stages. */
export const canaryStepsSchema = z.array(canaryStepSchema).min(1, 'These are no steps; at least one setWeight is required.').max(100)
  .superRefine((steps, context) => {
    const fail = (path: readonly (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path: [...path], message });
    const routes = managedRoutesAfter(steps);
    let weight = 0;
    steps.forEach((step, index) => {
      const { setWeight, analysis, experiment } = step;
      const before = routes[index - 1] ?? [];
      const route = changeAsked(step);
      if (analysis && weight === 0 && before.length === 0)
        fail([index], 'Before the first setWeight the canary gets no requests to analyse.');
      if (experiment && weight === 0)
        fail([index, 'experiment'], 'Before the first setWeight the canary gets no requests to compare.');
      if (route) checkRoute(route, before, (message) => fail([index, route.key, 'name'], message));
      if (setWeight === undefined) return;
      if (setWeight < weight) fail([index, 'setWeight'], 'Weights must not decrease.');
      weight = Math.max(weight, setWeight);
    });
    if (weight === 0 && steps.length > 0 && routes.every((some) => some.length === 0))
      fail([], 'No step sets a weight, so that the canary would get no traffic.');
  })
  .meta({
    description: 'Weights do not decrease, at least one step sets one or a header route, and it comes before the first analysis or experiment.',
    examples: [[{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 60 } }]],
  });

const SETS = { header: '`match`', mirror: '`percentage`' } as const;
/** A name is used once until it is removed, by a step of the same key. */
function checkRoute(
  { name, route, kind }: NonNullable<ReturnType<typeof changeAsked>>, before: readonly ManagedRoute[], fail: (message: string) => void,
): void {
  const known = before.find((other) => other.name === name);
  if (route && known) fail('A route of this name is in effect: remove it first, or choose another name.');
  if (!route && known?.kind !== kind)
    fail(`No ${kind} route of this name is in effect, so that there is nothing to remove; ${SETS[kind]} sets one.`);
}
