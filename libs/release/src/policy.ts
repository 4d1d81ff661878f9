import { z } from 'zod';
import { policyRouterNames } from './plan';
import { analysisSchema } from './policy-analysis';
import { canarySchema } from './policy-canary';
import { blueGreenSchema } from './policy-blue-green';
import { platformKey, projectKey } from './policy-level';
import { rolloutSchema } from './policy-rollout';
import { sessionAffinitySchema } from './policy-session-affinity';
import { canaryStepsSchema, DEADLINE_TEXT, isDeadlineLate, observation, seconds, weightSchema } from './policy-steps';
import { policyStrategySchema } from './strategies/presets';

/** A canary stage: `weight` in percent of the traffic, `duration` in seconds of observation. */
export const stageSchema = z
  .strictObject({
    weight: weightSchema.describe('Percent of the traffic that the canary gets.'),
    ...observation,
    replicas: z.number().int().min(1).optional()
      .describe('Canary pods of the stage; used only with an autoscaler, otherwise `weight` decides.'),
  })
  .refine(isDeadlineLate, DEADLINE_TEXT)
  .describe('`deadline` is not shorter than `duration`; both are in seconds.');
export type Stage = z.infer<typeof stageSchema>;

/** Default stages, as in the original Alloy: 17 % 3 min, 50 % 3 min, 83 % 2 min. */
export const defaultStages: readonly Stage[] = [
  { weight: 17, duration: 180, replicas: 1 },
  { weight: 50, duration: 180, replicas: 3 },
  { weight: 83, duration: 120, replicas: 5 },
];

/** Restarts of a pod's container that are no failure; `none`: a crash loop fails at once, also while pods start. */
export const maxRestartsSchema = z.union([
  z.literal('none'),
  z.strictObject({
    starting: z.number().int().min(0).max(100).default(3)
      .describe('Restarts of a pod that gets no traffic yet, such as one that restarts until its database is there.'),
    underTraffic: z.number().int().min(0).max(100).default(0)
      .describe('Further restarts of a pod that gets traffic; 0: a crash loop fails at once.'),
  }),
], 'This must be `none`, or an object with `starting` and `underTraffic`.');
export const MAX_RESTARTS_TEXT =
  "Restarts of a pod's container that are no failure, before and under traffic; `none`: a crash loop of the workload fails at once, " +
  'also while its pods start.';

export const whenBusySchema = z.enum(['latestOnly', 'queue', 'supersede', 'reject']);
export type WhenBusy = z.infer<typeof whenBusySchema>;

/**
 * What a failure of a release does: a rollback; or a hold until a user decides, which leaves the canary its traffic, or
 * first takes its traffic and its pods away.
 */
export const onFailSchema = z.enum(['rollBack', 'hold', 'scaleDownCanary']);
export type OnFail = z.infer<typeof onFailSchema>;
export const ON_FAIL_TEXT =
  'What a failure after the plan does: `rollBack` (default); `hold`: the release stays where it is, nothing is written, and a user ' +
  'resumes, promotes or aborts it; `scaleDownCanary`: the same, but first stable gets all of the traffic and the canary is scaled to 0. ' +
  'A failure in the promotion, or of a release without a canary, rolls back with `scaleDownCanary`.';

/**
 * What a release does if another client changes or deletes the route or the Service with which it divides the traffic:
 * it sets the traffic again, is rolled back, or is held.
 */
export const onTrafficDriftSchema = z.enum(['restore', 'rollBack', 'hold']);
export type OnTrafficDrift = z.infer<typeof onTrafficDriftSchema>;
export const ON_TRAFFIC_DRIFT_TEXT =
  'What a release does if another client changes the route or the Service with which Alloy divides the traffic, while the new version is ' +
  'observed: `restore` (default) sets the traffic again, at most three times per step, and then does as for a failure; `rollBack` and ' +
  '`hold` do so at once.';

/**
 * What a release does if another client has changed the workload since its stable version was recorded: `adopt` makes
 * what runs the version to roll back to, `refuse` rejects the release, `overwrite` rolls back to the recorded version.
 */
export const onDriftSchema = z.enum(['adopt', 'refuse', 'overwrite']);
export type OnDrift = z.infer<typeof onDriftSchema>;

/**
 * `alloy`: after its promotion a release deletes what earlier releases made and its bundle no longer has; `none`: it
 * deletes nothing.
 */
export const pruneSchema = z.enum(['alloy', 'none']);
export const PRUNE_TEXT =
  'What happens after a promotion to objects that earlier releases made and the manifests no longer have: `alloy` deletes those that ' +
  'no other client has written to, `none` keeps all.';

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** How the traffic is divided between stable and the canary. */
export const trafficSchema = z.strictObject({
  router: z.enum(policyRouterNames).default('podRatio')
    .describe('`podRatio`: by the numbers of ready pods; by the weights of a route: `gatewayApi` of an HTTPRoute or a GRPCRoute, ' +
      '`istio` of a VirtualService, `traefik` of a TraefikService, `smi` of a TrafficSplit; `nginxIngress`: by a canary ' +
      'Ingress of ingress-nginx, which is archived.'),
  route: z.string().max(253).regex(OBJECT_NAME, 'This is not a name of a route.').optional()
    .describe('Name of the route, for routers with one. Unset: the only one in the namespace that has the Service as a backend.'),
  rules: z.array(z.string().min(1).max(253)).min(1).max(16).optional().meta({
    description: 'Names of the rules of the route whose weights are shifted, for `gatewayApi` (`rules[].name`) and `istio` ' +
      '(`http[].name`). Unset: all rules with the Service as a backend.',
    examples: [['primary']],
  }),
  sessionAffinity: sessionAffinitySchema.optional(),
  ingress: z.string().max(253).regex(OBJECT_NAME, 'This is not a name of an Ingress.').optional()
    .describe('Name of the Ingress, for `nginxIngress`. Unset: the only one in the namespace that has the Service as a backend.'),
  annotationPrefix: z.string().max(253).regex(OBJECT_NAME, 'This is not a prefix of annotations, such as nginx.example.com.').optional()
    .describe("Prefix of the controller's annotations, for `nginxIngress`. Unset: nginx.ingress.kubernetes.io."),
  drainSeconds: z.number().int().min(0).max(3600).optional().meta({
    description: 'Seconds in which the last requests to the canary may end before its pods are removed, for routers with a route and ' +
      '`blueGreen`. Less than `progressDeadline`; default 30, at most half of it.',
    examples: [30],
  }),
});

/**
 * How a release is planned and carried out. A plan records this policy and stays fixed: a change applies to the next
 * release only. Each key states its level, `projectKey` or `platformKey`.
 */
export const releasePolicySchema = z.strictObject({
  namespace: platformKey('The namespace to which the project releases.',
    z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/).default('default')),
  image: projectKey("Image repository of the container whose tag is replaced; unset: the only container's.", z.string().min(1).optional()),
  stages: projectKey(
    'The stages of a canary, in order. Weights do not decrease.',
    z
      .array(stageSchema)
      .min(1)
      .max(50)
      .refine((stages) => stages.every((s, i) => i === 0 || s.weight >= stages[i - 1]!.weight), 'weights must not decrease')
      .describe('Weights do not decrease.')
      .default([...defaultStages]),
  ),
  steps: projectKey(
    'The steps of a canary, in order, each with one key: `setWeight`, `setCanaryScale`, `setHeaderRoute`, `setMirrorRoute`, `pause`, ' +
      '`analysis` or `experiment`. They replace `stages`, which judge the canary at each weight. Weights do not decrease.',
    canaryStepsSchema.optional(),
  ),
  blueGreen: projectKey(
    'How a release with the strategy `blueGreen` previews the new version and switches the Service to it.',
    blueGreenSchema.optional(),
  ),
  rollout: projectKey(
    'How a release with the strategy `rollout` replaces the pods of the Deployment, and the weights at which it stops.',
    rolloutSchema.optional(),
  ),
  strategy: projectKey(
    'How a release is carried out that requests `auto`: `canary`, `rollout`, `blueGreen`, or a preset such as ' +
      '`Linear10PercentEvery1Minutes`. Unset: a canary as soon as Alloy has promoted a version.',
    policyStrategySchema.optional(),
  ),
  progressDeadline: projectKey('Seconds without a newly ready pod after which a workload counts as failed.', seconds.default(600)),
  inspectionDeadline: projectKey(
    'Seconds in which the executor must inspect the cluster of an admitted release; default 600.',
    seconds.optional(),
  ),
  /** Unset: that of a plan from before its default; as `none`. */
  maxRestarts: projectKey(MAX_RESTARTS_TEXT, maxRestartsSchema.optional()),
  onFirstFailure: projectKey(
    'What happens to the pods of a release that fails with no version to roll back to: they stay, or are scaled to 0.',
    z.enum(['keep', 'scaleToZero']).default('keep'),
  ),
  onFail: projectKey(ON_FAIL_TEXT, onFailSchema.optional()),
  whenBusy: projectKey(
    'A release that is requested while another one runs: `queue` waits, `latestOnly` also replaces older waiting releases, ' +
      '`supersede` takes over, `reject` is refused.',
    whenBusySchema.default('latestOnly'),
  ),
  onDrift: projectKey(
    'What a release does if another client has changed the workload since its stable version was recorded: `adopt` (default) makes ' +
      'what runs the version to roll back to, `refuse` rejects the release, `overwrite` rolls back to the recorded version.',
    onDriftSchema.optional(),
  ),
  onTrafficDrift: projectKey(ON_TRAFFIC_DRIFT_TEXT, onTrafficDriftSchema.optional()),
  prune: projectKey(PRUNE_TEXT, pruneSchema.optional()),
  analysis: projectKey(
    'How a canary is judged.',
    analysisSchema.default({ mode: 'auto', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 }),
  ),
  traffic: projectKey('How the traffic is divided between stable and the canary.', trafficSchema.optional()),
  canary: projectKey("What the canary's pods have that stable's do not, and how they start.", canarySchema.optional()),
  resolveDigest: projectKey(
    'Whether ingest resolves tags once and deploys the digest, unless a request says otherwise.',
    z.boolean().default(false),
  ),
});
/** The policy that a plan records for ever. */
export type PlannedPolicy = z.infer<typeof releasePolicySchema>;
