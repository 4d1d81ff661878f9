import {
  checkTraffic, defaultStages, MAX_RESTARTS_TEXT, maxRestartsSchema, ON_FAIL_TEXT, ON_TRAFFIC_DRIFT_TEXT, onFailSchema,
  onTrafficDriftSchema, platformKey, projectKey, PRUNE_TEXT, pruneSchema, releasePolicySchema, type PlannedPolicy,
} from '@alloy/release';
import { z } from 'zod';
import { kindsSchema, refusedKindsSchema } from './kinds';
import { routesSchema } from './notification-route';
import { trustSchema } from './trust';

/**
 * Privileges of a pod on its node, and of a Service over other traffic (`externalIPs`); `capabilities`: those not
 * confined to the pod by a namespace, such as ALL, SYS_ADMIN and SYS_MODULE.
 */
export const powerSchema = z.enum([
  'privileged', 'capabilities', 'hostNetwork', 'hostPID', 'hostIPC', 'hostPath', 'hostPort', 'externalIPs',
]);
export type Power = z.infer<typeof powerSchema>;

const { resolveDigest, ...planning } = releasePolicySchema.shape;

/** A project's policy for one environment: how it releases, who may release, and who is notified. */
export const policySchema = z.strictObject({
  ...planning,
  maxRestarts: projectKey(MAX_RESTARTS_TEXT, maxRestartsSchema.default({ starting: 3, underTraffic: 0 })),
  onFail: projectKey(ON_FAIL_TEXT, onFailSchema.default('rollBack')),
  onTrafficDrift: projectKey(ON_TRAFFIC_DRIFT_TEXT, onTrafficDriftSchema.default('restore')),
  prune: projectKey(PRUNE_TEXT, pruneSchema.default('alloy')),
  holdAfterRollback: projectKey(
    'Whether a rollback by a user puts the environment on hold: new versions wait until a user lifts the hold.',
    z.boolean().default(true),
  ),
  notify: projectKey(
    'Notification routes; a change applies immediately, also to running releases. Names do not repeat.',
    routesSchema.default([]),
  ),
  allow: platformKey(
    'Privileges that manifests may request although they reach beyond the namespace.',
    z.array(powerSchema).max(20).default([]),
  ),
  workload: projectKey(
    'Name of the Deployment that is released progressively; unset: the only one, or the only one with a Service.',
    z
      .string()
      .max(246)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'This is not a name of a Deployment.')
      .optional(),
  ),
  images: projectKey(
    'Repositories besides `image` that get the tag of a release; unset: those in the same place with the same tag, or with none.',
    z.array(z.string().min(1).max(255)).max(50).optional(),
  ),
  kinds: platformKey(
    'Kinds that a release writes; objects of other kinds are left to others. Unset: the default list.',
    kindsSchema.optional(),
  ),
  refuse: platformKey('Kinds by which a bundle is refused.', refusedKindsSchema.optional()),
  resolveDigest,
  trust: projectKey('CI jobs that may release here without an Alloy token.', z.array(trustSchema).max(50).default([])),
  webhookSecret: projectKey(
    "Name of the project's sealed secret that signs webhooks instead of a token; unset: signed webhooks are refused.",
    z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'This is not a name for a secret.').optional(),
  ),
})
  .refine(({ steps, stages }) => steps === undefined || JSON.stringify(stages) === JSON.stringify(defaultStages), {
    path: ['stages'], message: 'Steps replace stages: a policy has only one of them; set the other to null.',
  })
  .superRefine(checkTraffic)
  .refine(({ strategy, traffic }) => strategy !== 'blueGreen' || (traffic?.router ?? 'podRatio') === 'podRatio', {
    path: ['traffic', 'router'],
    message: 'blueGreen switches the selector of a Service: set the router to podRatio, or choose another strategy.',
  })
  .describe(
    'How a project releases into one environment. It has `stages` or `steps`; steps that need weights need a router with weights; ' +
      '`blueGreen` is not combined with another router than `podRatio`.',
  );
export type Policy = z.infer<typeof policySchema>;

/** The part of a policy that a plan records for ever: how the release is carried out. */
export const plannedPolicy = (policy: Policy): PlannedPolicy =>
  Object.fromEntries(Object.entries(policy).filter(([key]) => key in releasePolicySchema.shape)) as PlannedPolicy;

/**
 * A stored policy with defaults for missing fields. A policy without an analysis mode was stored while `metrics` was
 * the default, one without `prune` while Alloy deleted nothing, one without `maxRestarts` while every crash loop failed
 * at once, and one without `holdAfterRollback` while a rollback put nothing on hold: they keep that. Newer policies
 * store every field. Null: none is stored. Throws a ZodError.
 */
export function storedPolicy(stored: unknown): Policy {
  if (typeof stored !== 'object' || stored === null) return policySchema.parse({});
  const { analysis } = stored as { readonly analysis?: object };
  const before = { prune: 'none', maxRestarts: 'none', holdAfterRollback: false };
  return policySchema.parse({ ...before, ...stored, analysis: { mode: 'metrics', ...analysis } });
}
