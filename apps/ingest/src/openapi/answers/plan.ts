import { z } from 'zod';
import { count, place, reason, strategy } from './parts';
import { releaseWindow } from './project';
import { leftObject, steps } from './release';

const write = z.object({
  batch: count,
  verb: z.enum(['create', 'apply', 'scale', 'delete']),
  kind: z.string(),
  name: z.string(),
  from: count.optional(),
  replicas: count.optional(),
});

const podCounts = z.object({ stable: count, canary: count, baseline: count.optional() });

const previewedPlan = z
  .object({
    strategy,
    router: z.string(),
    replicas: count,
    reason,
    analysis: z.object({ mode: z.enum(['metrics', 'health']), reason }).nullable(),
    stable: z.object({ releaseId: z.string().nullable(), image: z.string(), imageTag: z.string() }).nullable(),
    steps: z.array(z.object({ step: steps, writes: z.array(write), pods: podCounts })),
  })
  .meta({ id: 'PreviewedPlan' });

/** What a release would do now. */
export const planned = z
  .object({
    ...place,
    imageTag: z.string(),
    image: z.string(),
    imageDigest: z.string().nullable(),
    workload: z.string(),
    cluster: z.string(),
    namespace: z.string(),
    policy: z.enum(['stored', 'given']),
    goes: z.boolean(),
    refusals: z.array(z.object({ code: z.string(), text: z.string(), whatToDo: z.string() })),
    plan: previewedPlan.nullable(),
    left: z.array(leftObject),
    pruned: z.array(z.object({ kind: z.string(), name: z.string() })),
    inspection: z.looseObject({ exists: z.boolean(), replicas: count, ready: count }).nullable(),
    window: releaseWindow.nullable(),
  })
  .meta({ id: 'PlanAnswer' });
