import { z } from 'zod';
import { routesSchema } from './notify/route';
import { trustSchema } from './trust';

const seconds = z.number().min(1).max(7 * 24 * 3600);

/** One canary stage: `weight` in percent of the traffic, `duration` in seconds of observation. */
export const stageSchema = z
  .strictObject({
    weight: z.number().gt(0).max(100),
    duration: seconds,
    /** Seconds after which an inconclusive observation is rolled back; default twice `duration`. */
    deadline: seconds.optional(),
    /** As in the original's table; informs, the weight rules. */
    replicas: z.number().int().min(1).optional(),
  })
  .refine((stage) => stage.deadline === undefined || stage.deadline >= stage.duration, 'deadline must not be shorter than duration')
  .describe('`deadline` is not shorter than `duration`; both are in seconds.');
export type Stage = z.infer<typeof stageSchema>;

/** The original Alloy's table: 17 % 3 min, 50 % 3 min, 83 % 2 min. */
export const defaultStages: readonly Stage[] = [
  { weight: 17, duration: 180, replicas: 1 },
  { weight: 50, duration: 180, replicas: 3 },
  { weight: 83, duration: 120, replicas: 5 },
];

/** Names the series that counts requests, where no convention that Alloy knows fits. */
export const requestsSchema = z.strictObject({
  /** A counter, or a histogram or summary with or without its `_count`. */
  metric: z.string().max(200).regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'This is not a name of a metric.'),
  statusLabel: z.string().max(100).regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'This is not a name of a label.'),
  /** Values of the label that are errors, without regard to case; `x` stands for a digit, as in `5xx`. Unset: 5xx, SERVER_ERROR, and the server's failures among gRPC codes. */
  errors: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
});
export type RequestsPolicy = z.infer<typeof requestsSchema>;

export const analysisSchema = z.strictObject({
  /** `metrics` compares the pods' own request counts; `health` decides by health alone and records that it did; `auto` chooses one of them at planning by the stable pods' metrics pages. */
  mode: z.enum(['auto', 'metrics', 'health']).default('auto'),
  /** Fewer requests than this on the canary are inconclusive. */
  minRequests: z.number().int().min(1).default(50),
  /** The canary fails above max(`maxErrorRate`, baseline + `maxErrorRateIncrease`); both are ratios 0..1. */
  maxErrorRate: z.number().min(0).max(1).default(0.01),
  maxErrorRateIncrease: z.number().min(0).max(1).default(0.01),
  /** Part of its share of the requests that the canary must count, 0..1, or its page may leave out what fails; default 0.5, 0: any. */
  minTrafficShare: z.number().min(0).max(1).optional(),
  /** Unset: the series is found by the table of conventions. */
  requests: requestsSchema.optional(),
});
export type AnalysisPolicy = z.infer<typeof analysisSchema>;

export const whenBusySchema = z.enum(['latestOnly', 'queue', 'supersede', 'reject']);
export type WhenBusy = z.infer<typeof whenBusySchema>;

/** What a pod may have of its node, and a Service of others' traffic (`externalIPs`); `capabilities`: those that no namespace confines to the pod, such as ALL, SYS_ADMIN and SYS_MODULE. */
export const powerSchema = z.enum(['privileged', 'capabilities', 'hostNetwork', 'hostPID', 'hostIPC', 'hostPath', 'hostPort', 'externalIPs']);
export type Power = z.infer<typeof powerSchema>;

/** How a project releases into one environment. A plan, once made, is fixed: a change touches the next release only. */
export const policySchema = z.strictObject({
  namespace: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/).default('default'),
  /** Repository of the container whose tag is replaced; unset: the only container's. */
  image: z.string().min(1).optional(),
  stages: z
    .array(stageSchema)
    .min(1)
    .max(50)
    .refine((stages) => stages.every((s, i) => i === 0 || s.weight >= stages[i - 1]!.weight), 'weights must not decrease')
    .describe('Weights do not decrease.')
    .default([...defaultStages]),
  /** Seconds without a newly ready pod after which a workload counts as failed. */
  progressDeadline: seconds.default(600),
  /** Seconds in which the cluster must have been looked at once a release's turn has come; default 600. */
  inspectionDeadline: seconds.optional(),
  onFirstFailure: z.enum(['keep', 'scaleToZero']).default('keep'),
  whenBusy: whenBusySchema.default('latestOnly'),
  analysis: analysisSchema.default({ mode: 'auto', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 }),
  /** Who is told, and how; a change counts at once, for releases under way, too. */
  notify: routesSchema.default([]),
  /** Power that reaches beyond the namespace and may be asked for; only an administrator of every project may change this. */
  allow: z.array(powerSchema).max(20).default([]),
  /** Whether tags are looked up once, and what they stand for deployed, unless a request says otherwise. */
  resolveDigest: z.boolean().default(false),
  /** Whose CI may release here without a token of Alloy's. */
  trust: z.array(trustSchema).max(50).default([]),
  /** Name of the project's sealed secret with which webhooks may be signed instead of bearing a token; unset: they may not. */
  webhookSecret: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'This is not a name for a secret.').optional(),
});
export type Policy = z.infer<typeof policySchema>;

/**
 * A policy as it was stored, with defaults for what it leaves out. One that names no analysis mode was stored while `metrics` was the default, and keeps it: since then every key is stored.
 * Null: none is stored. Throws a ZodError.
 */
export function storedPolicy(stored: unknown): Policy {
  if (typeof stored !== 'object' || stored === null) return policySchema.parse({});
  const { analysis } = stored as { readonly analysis?: object };
  return policySchema.parse({ ...stored, analysis: { mode: 'metrics', ...analysis } });
}

/** What a plan rests on, and so is kept for ever: not whom it was told to, nor who was let in. */
export type PlannedPolicy = Omit<Policy, 'notify' | 'trust' | 'webhookSecret' | 'allow'>;
