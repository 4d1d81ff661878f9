import { z } from 'zod';
import { count, time } from './parts';

const finding = z.object({
  code: z.string(),
  detail: z.string(),
  stream: z.string().optional(),
  version: count.optional(),
  seq: count.optional(),
  checkpoint: count.optional(),
});

/** The result of verifying the log, with the keys of its checkpoints. */
export const verified = z.object({
  ok: z.boolean(),
  at: time,
  events: count,
  streams: count,
  checkpoints: count,
  signedUpTo: count,
  findings: z.array(finding),
  foundInAll: count,
  keys: z.array(z.object({ id: z.string(), pem: z.string() })),
});

const comparison = z.object({ live: count, rebuilt: count, onlyLive: count, onlyRebuilt: count });

/** A view, with its last rebuild. */
export const view = z
  .object({
    name: z.string(),
    seq: count,
    behind: count,
    rebuild: z
      .object({
        state: z.enum(['running', 'swapped', 'compared', 'failed', 'interrupted']),
        seq: count,
        target: count,
        startedAt: z.iso.datetime({ offset: true }),
        updatedAt: z.iso.datetime({ offset: true }),
        comparison: comparison.nullable(),
        error: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'View' });

const checks = z.record(z.string(), z.enum(['ok', 'failed']));
export const health = z.object({ status: z.enum(['ok', 'unavailable']), checks });
export const liveness = z.object({ status: z.literal('ok') });
export const readiness = health.extend({ draining: z.boolean() });
