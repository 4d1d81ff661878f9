import { z } from 'zod';
import { DEADLINE_TEXT, hasOneKey, isDeadlineLate, observation, overrides, pauseSchema, weightSchema } from './policy-steps';

const BOUND_TEXT = "This must be a number of pods from 0, or a percentage from '0%' to '100%'.";
const boundSchema = z.union([z.number().int().min(0).max(10_000), z.string().regex(/^(0|[1-9]\d?|100)%$/, BOUND_TEXT)], BOUND_TEXT);
/** A number of pods, or a percentage of the pods of the workload, as Kubernetes writes them. */
export type PodBound = z.infer<typeof boundSchema>;

export const isZeroBound = (bound: PodBound | undefined): boolean => bound === 0 || bound === '0%';

/** One step of a rollout as a policy writes it. */
export const rolloutStepSchema = z
  .strictObject({
    setWeight: weightSchema.optional()
      .describe('Replaces pods until this percentage of the ready pods, and so of the traffic, has the new version.'),
    pause: pauseSchema.optional().describe('Waits; new pods that become unhealthy meanwhile are rolled back.'),
    analysis: z
      .strictObject({ ...observation, ...overrides })
      .refine(isDeadlineLate, DEADLINE_TEXT)
      .describe('Judges the new pods beside the old ones; `deadline` is not shorter than `duration`.')
      .optional(),
  })
  .refine(hasOneKey, 'A step has exactly one of these keys: setWeight, pause, analysis.')
  .meta({
    minProperties: 1, maxProperties: 1,
    description: 'One step, with exactly one key.',
    examples: [{ setWeight: 25 }, { pause: {} }, { pause: { duration: 60 } }],
  });
export type RolloutStep = z.infer<typeof rolloutStepSchema>;

const rolloutStepsSchema = z.array(rolloutStepSchema).min(1, 'These are no steps; at least one setWeight is required.').max(100)
  .superRefine((steps, context) => {
    let weight = 0;
    steps.forEach(({ setWeight, analysis }, index) => {
      const fail = (key: 'setWeight' | 'analysis', message: string): void =>
        context.addIssue({ code: 'custom', path: [index, key], message });
      if (analysis && weight === 0) fail('analysis', 'Before the first setWeight no pod has the new version.');
      if (setWeight !== undefined && setWeight < weight) fail('setWeight', 'Weights must not decrease.');
      weight = Math.max(weight, setWeight ?? 0);
    });
    if (weight === 0 && steps.length > 0) context.addIssue({ code: 'custom', path: [], message: 'No step sets a weight.' });
  })
  .meta({
    description: 'Weights do not decrease, at least one step sets one, and it comes before the first analysis.',
    examples: [[{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { analysis: { duration: 60 } }]],
  });

/** How a rollout replaces the pods of the Deployment. The names are those of Kubernetes and Argo Rollouts. */
export const rolloutSchema = z
  .strictObject({
    maxSurge: boundSchema.optional()
      .describe('Pods above those of the workload, rounded up. Unset: that of the manifest, or 25%, and at least one pod.'),
    maxUnavailable: boundSchema.optional()
      .describe('Pods that may be missing meanwhile, rounded down; default 0: a new pod is ready before an old one ends.'),
    steps: rolloutStepsSchema.optional()
      .describe('Weights at which the rollout stops, with pauses and analyses. Unset: all pods, one after the other.'),
  })
  .refine(({ maxSurge, maxUnavailable }) => !isZeroBound(maxSurge) || !(maxUnavailable === undefined || isZeroBound(maxUnavailable)), {
    path: ['maxSurge'],
    message: 'Without additional pods and without missing ones no pod can be replaced: set maxSurge or maxUnavailable above 0.',
  })
  .meta({
    description: '`maxSurge` 0 needs a `maxUnavailable` above 0.',
    examples: [{ maxSurge: '50%' }],
  });
export type RolloutPolicy = z.infer<typeof rolloutSchema>;
