import { z } from 'zod';
import { DEADLINE_TEXT, isDeadlineLate, observation, overrides, pauseSchema } from './policy-steps';

const serviceName = z.string().max(63).regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 'This is not a name of a Service.');

const switchAnalysis = z
  .strictObject({
    ...observation,
    mode: z.enum(['metrics', 'health']).optional()
      .describe('Default: before the switch `health`, because the users do not reach the new version; after it that of `analysis`.'),
    ...overrides,
  })
  .refine(isDeadlineLate, DEADLINE_TEXT)
  .describe('Judges the new version; `deadline` is not shorter than `duration`.');

/** How a release with the strategy `blueGreen` previews the new version and switches the Service to it. */
export const blueGreenSchema = z
  .strictObject({
    activeService: serviceName.optional()
      .describe('The Service that is switched. Unset: the only one that selects the pods of the workload.'),
    previewService: serviceName.optional().describe(
      'A Service of yours that selects the new pods during the release. Unset: Alloy makes one, named after the active Service with ' +
        '`-preview`, and removes it.',
    ),
    previewReplicas: z.number().int().min(1).max(10_000).optional()
      .describe('Pods of the new version before the switch, at most those of the workload. Unset: as many as the workload has.'),
    preSwitchAnalysis: switchAnalysis.optional(),
    pause: pauseSchema.optional()
      .describe('Waits before the switch: `{}` until a user promotes, `{duration: 300}` for 300 seconds. Unset: no wait.'),
    postSwitchAnalysis: switchAnalysis.optional(),
    scaleDownDelaySeconds: z.number().min(0).max(7 * 24 * 3600).optional()
      .describe('Seconds for which the old pods stay after the switch, so that a rollback is one write; default 30.'),
  })
  .refine(({ activeService, previewService }) => previewService === undefined || activeService !== previewService, {
    path: ['previewService'], message: 'The preview Service must be another one than the active Service.',
  })
  .describe('`previewService` is another Service than `activeService`.');
export type BlueGreenPolicy = z.infer<typeof blueGreenSchema>;
export type SwitchAnalysis = z.infer<typeof switchAnalysis>;
