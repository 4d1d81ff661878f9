import { actorSchema } from '@alloy/contracts';
import {
  endedStatuses, presetSchema, requestedStrategyNames, runningStatuses, strategyNames, unplannedStatuses,
} from '@alloy/release';
import { z } from 'zod';

/** ISO 8601, UTC. */
export const time = z.iso.datetime();
export const count = z.number().int().min(0);
/** Hex SHA-256. */
export const digest = z.string();
export const status = z.enum([...unplannedStatuses, ...runningStatuses, ...endedStatuses]);
export const requestedStrategy = z.union([z.enum(requestedStrategyNames), presetSchema()]);
export const strategy = z.enum(strategyNames);
export const actor = actorSchema.meta({ id: 'Actor' });
export const version = { image: z.string(), imageTag: z.string(), commitSha: z.string() };
export const origin = { retryOf: z.string().nullable(), rollbackOf: z.string().nullable() };
export const place = { project: z.string(), environment: z.string() };

/** The reason of a decision. */
export const reason = z
  .object({
    code: z.string(),
    rule: z.string(),
    text: z.string(),
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  })
  .meta({ id: 'Reason' });

/** A version for rollbacks; `releaseId` null: it ran before Alloy. */
export const stableRef = z
  .object({ releaseId: z.string().nullable(), artifact: digest, image: z.string(), imageTag: z.string() })
  .meta({ id: 'StableRef' });

/** `workload` is absent in plans that do not name it. */
export const target = z.object({ cluster: z.string(), namespace: z.string(), workload: z.string().optional() }).meta({ id: 'Target' });

export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** What a release waits for by its plan, a failure, a hold or a user's request. */
export const waiting = z
  .object({
    code: z.enum(['pause', 'paused', 'held', 'onHold']), waitsFor: z.string(), since: time, earliestOpen: time.nullable(), text: z.string(),
  })
  .meta({ id: 'Waiting' })
  .nullable();
