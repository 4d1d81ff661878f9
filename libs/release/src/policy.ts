import { z } from 'zod';

const seconds = z.number().min(1).max(7 * 24 * 3600);

/** A canary stage: `weight` in percent of the traffic, `duration` in seconds of observation. */
export const stageSchema = z
  .strictObject({
    weight: z.number().gt(0).max(100),
    duration: seconds,
    /** Seconds after which a still inconclusive observation is rolled back; default twice `duration`. */
    deadline: seconds.optional(),
    /** Canary pods of the stage; used only with an autoscaler, otherwise `weight` decides. */
    replicas: z.number().int().min(1).optional(),
  })
  .refine((stage) => stage.deadline === undefined || stage.deadline >= stage.duration, 'deadline must not be shorter than duration')
  .describe('`deadline` is not shorter than `duration`; both are in seconds.');
export type Stage = z.infer<typeof stageSchema>;

/** Default stages, as in the original Alloy: 17 % 3 min, 50 % 3 min, 83 % 2 min. */
export const defaultStages: readonly Stage[] = [
  { weight: 17, duration: 180, replicas: 1 },
  { weight: 50, duration: 180, replicas: 3 },
  { weight: 83, duration: 120, replicas: 5 },
];

/** Names the series that counts requests, if none of the conventions that Alloy supports applies. */
export const requestsSchema = z.strictObject({
  /** A counter, or a histogram or summary with or without its `_count`. */
  metric: z.string().max(200).regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'This is not a name of a metric.'),
  statusLabel: z.string().max(100).regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'This is not a name of a label.'),
  /**
   * Label values that count as errors, case-insensitive; `x` stands for a digit, as in `5xx`. Unset: 5xx, SERVER_ERROR,
   * and the gRPC codes of server failures.
   */
  errors: z.array(z.string().min(1).max(100)).min(1).max(50).optional(),
});
export type RequestsPolicy = z.infer<typeof requestsSchema>;

export const analysisSchema = z.strictObject({
  /**
   * `metrics` compares request counts of the pods; `health` judges by health only and records that; `auto` chooses at
   * planning by the stable pods' metrics pages.
   */
  mode: z.enum(['auto', 'metrics', 'health']).default('auto'),
  /** With fewer requests on the canary the analysis is inconclusive. */
  minRequests: z.number().int().min(1).default(50),
  /** The canary fails above max(`maxErrorRate`, baseline + `maxErrorRateIncrease`); both are ratios 0..1. */
  maxErrorRate: z.number().min(0).max(1).default(0.01),
  maxErrorRateIncrease: z.number().min(0).max(1).default(0.01),
  /**
   * Part of its expected share of the requests that the canary must count, 0..1; below it the page may omit failing
   * requests; default 0.5, 0: any.
   */
  minTrafficShare: z.number().min(0).max(1).optional(),
  /** Unset: Alloy finds the series by the table of conventions. */
  requests: requestsSchema.optional(),
});
export type AnalysisPolicy = z.infer<typeof analysisSchema>;

export const whenBusySchema = z.enum(['latestOnly', 'queue', 'supersede', 'reject']);
export type WhenBusy = z.infer<typeof whenBusySchema>;

/**
 * How a release is planned and carried out. A plan records this policy and stays fixed: a change applies to the next
 * release only.
 */
export const releasePolicySchema = z.strictObject({
  namespace: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/).default('default'),
  /** Image repository of the container whose tag is replaced; unset: the only container's. */
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
  /** Seconds in which the executor must inspect the cluster of an admitted release; default 600. */
  inspectionDeadline: seconds.optional(),
  onFirstFailure: z.enum(['keep', 'scaleToZero']).default('keep'),
  whenBusy: whenBusySchema.default('latestOnly'),
  analysis: analysisSchema.default({ mode: 'auto', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 }),
  /** Whether ingest resolves tags once and deploys the digest, unless a request says otherwise. */
  resolveDigest: z.boolean().default(false),
});
/** The policy that a plan records for ever. */
export type PlannedPolicy = z.infer<typeof releasePolicySchema>;
