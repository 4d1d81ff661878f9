import { documentSchema, policySchema } from '@alloy/policy';
import { onDriftSchema, whenBusySchema } from '@alloy/release';
import { z } from 'zod';
import { count, origin, place, reason, requestedStrategy, stableRef, status, strategy, target, time, version, waiting } from './parts';

const policy = policySchema.meta({ id: 'Policy' });

/** Who has put an environment on hold, since when and why; `release`: the rollback with which it was placed. */
export const hold = z
  .object({ by: z.string(), since: time, reason: z.string().nullable(), release: z.string().nullable() })
  .meta({ id: 'Hold' });

export const project = z
  .object({
    id: z.string(), createdAt: time, version: count, policies: z.record(z.string(), policy), holds: z.record(z.string(), hold),
  })
  .meta({ id: 'Project' });

export const projectDocument = documentSchema(policy).meta({ id: 'ProjectDocument' });

/** Whether an environment is on hold. */
export const holdAnswer = z.object({ ...place, hold: hold.nullable() });

/** What applying a document changed, or would change. */
export const appliedDocument = z.object({
  document: projectDocument,
  created: z.boolean(),
  dryRun: z.boolean(),
  differences: z.array(
    z.object({ environment: z.string(), path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
  ),
});

export const stable = stableRef.extend({
  ...place,
  since: time,
  /** Whether a release promoted it. */
  judged: z.boolean(),
  /** The workload that has it; null: not recorded. */
  target: target.nullable(),
  restorable: z.boolean(),
  /** What runs instead, as the watcher has recorded it between releases; null: nothing else, as far as is known. */
  drift: z
    .object({
      since: time,
      manager: z.string().nullable(),
      live: z.object({ release: z.string().nullable(), image: z.string(), differences: z.array(z.string()) }).nullable(),
      onDrift: onDriftSchema,
      next: z.string(),
    })
    .nullable(),
});

/** Whether a new release would start immediately. */
export const releaseWindow = z.object({
  ...place,
  open: z.boolean(),
  prospect: z.enum(['starts', 'supersedes', 'waits', 'rejected']),
  whenBusy: whenBusySchema,
  reasons: z.array(z.object({ code: z.string(), text: z.string() })),
  running: z.object({ id: z.string(), status, imageTag: z.string(), urgent: z.boolean(), waiting }).nullable(),
  hold: hold.nullable(),
  waiting: count,
  opensAt: time.nullable(),
});

/** A release as a line of its project's history. */
export const historyLine = z.object({
  id: z.string(),
  ...place,
  status,
  requestedStrategy,
  strategy: strategy.nullable(),
  ...version,
  requestedBy: z.string(),
  ...origin,
  reason: reason.nullable(),
  times: z.object({ requestedAt: time, plannedAt: time.nullable(), endedAt: time.nullable() }),
});

export const secretEntry = z.object({ name: z.string(), writtenBy: z.string(), writtenAt: time });
export const sealedSecret = z.object({ project: z.string(), name: z.string() });

/** A JSON Schema. */
export const jsonSchema = z.looseObject({ $schema: z.string(), type: z.string() });
