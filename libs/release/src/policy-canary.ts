import { z } from 'zod';
import { hasOneKey } from './policy-steps';

const NAME = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const KEY = new RegExp(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${NAME}$`);
const LABEL_VALUE = new RegExp(`^(${NAME})?$`);
const ENV_NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]{0,252}$/;

/** Labels and annotations by which Alloy and the controllers of Kubernetes know the pods. */
const isReserved = (key: string): boolean => /^([^/]*\.)?alloy\.dev\//.test(key) || key === 'pod-template-hash';

/** A map with names for keys; a fault is at its key. */
const mapOf = (key: RegExp, value: z.ZodString, description: string, example: Readonly<Record<string, string>>) =>
  z
    .record(z.string(), value)
    .superRefine((entries, context) => {
      const names = Object.keys(entries);
      const fail = (path: readonly string[], message: string): void => context.addIssue({ code: 'custom', path: [...path], message });
      if (names.length > 50) fail([], 'These are more than 50.');
      for (const name of names) {
        if (!key.test(name)) fail([name], 'Kubernetes does not allow this name.');
        else if (isReserved(name)) fail([name], 'This name is reserved.');
      }
    })
    .meta({ description, examples: [example] });

const canaryMetadataSchema = z.strictObject({
  labels: mapOf(KEY, z.string().regex(LABEL_VALUE, 'This is not a value of a label.'),
    'Labels of the canary\'s pods. None by which a Service or the Deployment selects, and none of Alloy\'s (`alloy.dev/`).',
    { role: 'canary' }).optional(),
  annotations: mapOf(KEY, z.string().max(10_000), "Annotations of the canary's pods, none of Alloy's (`alloy.dev/`).",
    { note: 'canary' }).optional(),
  env: mapOf(ENV_NAME, z.string().max(10_000),
    "Environment variables of the canary's containers; they replace those of the manifest with the same name. No secrets: a policy is readable.",
    { TRACK: 'canary' }).optional(),
});
export type CanaryMetadata = z.infer<typeof canaryMetadataSchema>;

const antiAffinitySchema = z
  .strictObject({
    requiredDuringSchedulingIgnoredDuringExecution: z.strictObject({}).optional()
      .describe('No pod of the canary is scheduled on a node with a pod of stable.'),
    preferredDuringSchedulingIgnoredDuringExecution: z
      .strictObject({ weight: z.number().int().min(1).max(100).describe('Of this preference among those of the manifest.') }).optional()
      .describe('The pods of the canary are scheduled on nodes without a pod of stable where possible.'),
  })
  .refine(hasOneKey, 'This has exactly one of these keys: requiredDuringSchedulingIgnoredDuringExecution, ' +
    'preferredDuringSchedulingIgnoredDuringExecution.')
  .describe('Exactly one of the keys.');
export type AntiAffinity = z.infer<typeof antiAffinitySchema>;

const SURGE_TEXT = "This must be a number of pods from 1, or a percentage from '1%' to '100%'.";

/** The canary's pods. The names are those of Argo Rollouts, where it has the option. */
export const canarySchema = z.strictObject({
  canaryMetadata: canaryMetadataSchema.optional()
    .describe("What only the canary's pods have; the promoted version has the manifest's own."),
  antiAffinity: antiAffinitySchema.optional()
    .meta({
      description: 'Keeps the pods of the canary off the nodes of stable\'s pods (kubernetes.io/hostname).',
      examples: [{ requiredDuringSchedulingIgnoredDuringExecution: {} }],
    }),
  maxSurge: z.union([z.number().int().min(1).max(10_000), z.string().regex(/^([1-9]\d?|100)%$/, SURGE_TEXT)], SURGE_TEXT).optional()
    .describe('Canary pods that may start at the same time: a number, or a percentage of the pods of the workload. Unset: all.'),
  abortScaleDownDelaySeconds: z.number().int().min(0).max(3600).optional().meta({
    description: 'Seconds that the pods of a failed or aborted canary stay after their traffic has moved to stable, for requests in ' +
      'flight; default: `traffic.drainSeconds`. Less than `progressDeadline`; above 0 only for a router with weights.',
    examples: [0],
  }),
  dynamicStableScale: z.boolean().optional().meta({
    description: 'Whether stable shrinks as its weight falls; a rollback scales it up first. For a router with weights; without effect ' +
      'beside an autoscaler.',
    examples: [false],
  }),
});
export type CanaryOptions = z.infer<typeof canarySchema>;
