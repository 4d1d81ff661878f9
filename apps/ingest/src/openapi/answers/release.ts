import { requestsSchema, routeMatchSchema } from '@alloy/release';
import { z } from 'zod';
import {
  actor, count, digest, origin, place, reason, requestedStrategy, stableRef, status, strategy, target, time, version, waiting,
} from './parts';

const rate = z.number().nullable();
const split = z.object({ canary: count, stable: count });
const bound = z.union([z.number(), z.string()]);
const step = { target, deadline: z.number() };
export const steps = z.discriminatedUnion('kind', [
  z.object({ ...step, kind: z.literal('apply') }),
  z.object({ ...step, kind: z.literal('scaleCanary'), split }),
  z.object({ ...step, kind: z.literal('shiftTraffic'), weight: z.number(), split }),
  z.object({
    ...step, kind: z.literal('setHeaderRoute'), name: z.string(), match: z.array(routeMatchSchema).nullable(), weight: z.number(), split,
  }),
  z.object({
    ...step, kind: z.literal('setMirrorRoute'), name: z.string(), percentage: z.number().nullable(),
    match: z.array(routeMatchSchema).nullable(), weight: z.number(), split,
  }),
  z.object({ ...step, kind: z.literal('setPartition'), weight: z.number(), split, maxSurge: count, maxUnavailable: count }),
  z.object({ ...step, kind: z.literal('scaleBaseline'), replicas: count }),
  z.object({
    ...step,
    kind: z.literal('analyse'),
    weight: z.number(),
    isWeighted: z.literal(true).optional(),
    baseline: z.literal(true).optional(),
    duration: z.number(),
    mode: z.enum(['metrics', 'health']),
    modeChosenBy: z.literal('auto').optional(),
    minRequests: count,
    maxErrorRate: z.number(),
    maxErrorRateIncrease: z.number(),
    minTrafficShare: z.number().optional(),
    requests: requestsSchema.optional(),
  }),
  z.object({ ...step, kind: z.literal('pause'), weight: z.number(), duration: z.number().nullable() }),
  z.object({
    ...step, kind: z.literal('promote'), replicas: count, waits: z.literal(false).optional(),
    rollingUpdate: z.object({ maxSurge: bound.optional(), maxUnavailable: bound.optional() }).optional(),
  }),
  z.object({ ...step, kind: z.literal('retire'), waits: z.literal(false).optional() }),
  z.object({ ...step, kind: z.literal('handBack'), replicas: count }),
]);
/** An object that a release leaves to others. */
export const leftObject = z
  .object({ apiVersion: z.string(), kind: z.string(), name: z.string(), why: z.string() })
  .meta({ id: 'LeftObject' });
const prune = z
  .object({
    objects: z.array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() })),
    kept: z.array(leftObject),
    copies: z.array(z.string()).optional(),
  })
  .meta({ id: 'PrunePlan' });
const traffic = z
  .object({
    route: z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }).optional()
      .describe('The route that names the Service; absent with the strategy blueGreen.'),
    rules: z.array(z.string()).optional()
      .describe('Names of the rules of the route whose weights are shifted; absent: all with the Service as a backend.'),
    canaryIngress: z.object({ name: z.string(), annotationPrefix: z.string() }).optional()
      .describe("The Ingress that Alloy makes with the router nginxIngress, and the prefix of the controller's annotations."),
    service: z.string(),
    canaryService: z.string(),
    label: z.object({ name: z.string(), value: z.string() }),
    selector: z.record(z.string(), z.string()).optional().describe("The active Service's own selector, with the strategy blueGreen."),
    previewSelector: z.record(z.string(), z.string()).optional().describe("The own selector of a preview Service of the user's."),
  })
  .meta({ id: 'TrafficPlan' });
const autoscaler = z
  .object({
    kind: z.enum(['HorizontalPodAutoscaler', 'ScaledObject']), name: z.string(), max: count.nullable(),
    measures: z.enum(['allPods', 'stablePods', 'external']),
  })
  .meta({ id: 'AutoscalerPlan' });
const plan = z
  .object({
    rules: count.optional(), strategy, router: z.string(), traffic: traffic.optional(), replicas: count, steps: z.array(steps),
    prune: prune.optional(), autoscaler: autoscaler.optional(),
  })
  .meta({ id: 'Plan' });
const numbers = z.object({
  canaryRequests: z.number(),
  canaryErrors: z.number(),
  canaryErrorRate: rate,
  baselineRequests: z.number(),
  baselineErrors: z.number(),
  baselineErrorRate: rate,
  threshold: rate,
  minRequests: z.number(),
  measurements: digest.nullable(),
  expectedRequests: rate.optional(),
  canaryRestarts: z.number().optional(),
  baselineRestarts: z.number().optional(),
  canaryBrokenReads: z.number().optional(),
  baselineBrokenReads: z.number().optional(),
  canaryOwnReads: z.number().optional(),
  baselineOwnReads: z.number().optional(),
});
const verdict = z
  .object({ step: count, verdict: z.enum(['pass', 'fail', 'inconclusive']), code: z.string(), at: time, numbers, detail: z.string() })
  .meta({ id: 'Verdict' });

/** A release as in `GET /api/v1/releases/{id}`. */
export const release = z
  .object({
    id: z.string(),
    ...place,
    version: count,
    ...version,
    imageDigest: z.string().nullable(),
    requestedStrategy,
    strategy: strategy.nullable(),
    ...origin,
    requestedBy: actor,
    requestReason: z.string().nullable(),
    emergency: z.boolean(),
    left: z.array(leftObject),
    plan: plan.nullable(),
    step: z.object({ index: z.number().int().min(-1), of: count, kind: z.string(), attempt: count, startedAt: time }).nullable(),
    weights: z.object({ asked: z.number(), reached: z.number().nullable() }).nullable(),
    verdicts: z.array(verdict),
    analysis: z.object({ mode: z.enum(['metrics', 'health']), reason }).nullable(),
    policyVersion: count.nullable(),
    stable: stableRef.nullable(),
    times: z.object({ requestedAt: time, plannedAt: time.nullable(), updatedAt: time, endedAt: time.nullable() }),
    restorable: z.boolean(),
    status,
    unanswered: z.array(z.enum(['promote', 'abort', 'pause', 'resume'])),
    reason: reason.nullable(),
    absent: z.object({ of: z.array(z.enum(['executor', 'watcher', 'planner'])), since: time, text: z.string() }).nullable(),
    blocked: z
      .object({
        cause: z.enum([
          'QuotaExceeded', 'AdmissionDenied', 'CreateFailed', 'Unschedulable', 'Paused', 'ConfigMissing', 'NotReady', 'NotComplete',
        ]),
        since: time,
        text: z.string(),
      })
      .nullable(),
    waiting,
  })
  .meta({ id: 'Release' });

/** A release in one line. */
export const releaseLine = z
  .object({
    id: z.string(),
    ...place,
    status,
    version: count,
    ...version,
    requestedStrategy,
    strategy: strategy.nullable(),
    ...origin,
    requestedBy: actor,
    reason: reason.nullable(),
    times: z.object({ requestedAt: time, updatedAt: time }),
  })
  .meta({ id: 'ReleaseLine' });

/** The response to an accepted release. */
export const accepted = z
  .object({
    id: z.string(),
    ...place,
    status: z.literal('requested'),
    strategy: requestedStrategy,
    imageTag: z.string(),
    ...origin,
    left: z.array(leftObject),
    statusUrl: z.string(),
  })
  .meta({ id: 'Accepted' });

/** The response to an accepted release in the format of the original Alloy. */
export const deployed = z.object({
  release_id: z.string(), project_id: z.string(), strategy: requestedStrategy, status_url: z.string(), left: z.array(leftObject).optional(),
});

/** The response to an accepted intent; `status` is the one before. */
export const asked = z.object({ id: z.string(), status }).meta({ id: 'Asked' });

export const shredded = z.object({ id: z.string(), artifact: digest, restorable: z.literal(false) });

export const pods = z.object({
  items: z.array(
    z.object({
      track: z.enum(['stable', 'canary', 'baseline']),
      name: z.string(),
      phase: z.string(),
      ready: z.boolean(),
      restarts: count,
      startedAt: time.nullable(),
      reason: z.string().nullable(),
    }),
  ),
  observedAt: time.nullable(),
});
