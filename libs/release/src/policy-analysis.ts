import { z } from 'zod';

/** Names the series that counts requests, if none of the conventions that Alloy supports applies. */
export const requestsSchema = z.strictObject({
  metric: z.string().max(200).regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, 'This is not a name of a metric.')
    .describe('A counter, or a histogram or summary with or without its `_count`.'),
  statusLabel: z.string().max(100).regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'This is not a name of a label.')
    .describe('The label with the status of a request.'),
  errors: z.array(z.string().min(1).max(100)).min(1).max(50).optional()
    .describe(
      'Label values that count as errors, case-insensitive; `x` stands for a digit, as in `5xx`. Unset: 5xx, SERVER_ERROR, ' +
        'and the gRPC codes of server failures.',
    ),
});
export type RequestsPolicy = z.infer<typeof requestsSchema>;

export const analysisSchema = z.strictObject({
  mode: z.enum(['auto', 'metrics', 'health']).default('auto')
    .describe(
      '`metrics` compares request counts of the pods; `health` judges by health only and records that; `auto` chooses at ' +
        "planning by the stable pods' metrics pages.",
    ),
  minRequests: z.number().int().min(1).default(50).describe('With fewer requests on the canary the analysis is inconclusive.'),
  maxErrorRate: z.number().min(0).max(1).default(0.01)
    .describe('The canary fails above max(`maxErrorRate`, baseline + `maxErrorRateIncrease`); a ratio from 0 to 1.'),
  maxErrorRateIncrease: z.number().min(0).max(1).default(0.01)
    .describe('The canary fails above max(`maxErrorRate`, baseline + `maxErrorRateIncrease`); a ratio from 0 to 1.'),
  minTrafficShare: z.number().min(0).max(1).optional()
    .describe(
      'Part of its expected share of the requests that the canary must count, 0 to 1; below it the page may omit failing ' +
        'requests; default 0.5, 0: any.',
    ),
  requests: requestsSchema.optional()
    .describe('The series that counts requests. Unset: Alloy finds it by the table of conventions.'),
});
export type AnalysisPolicy = z.infer<typeof analysisSchema>;
