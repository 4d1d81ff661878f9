import { releaseStrategySchema } from '@alloy/release';
import { z } from 'zod';
import { imageTag } from '../requests/image-tag';
import { environment, releaseId } from '../requests/names';

/**
 * Text without characters that Postgres or a terminal should not get: control characters other than line breaks and
 * tabs, and half surrogate pairs.
 */
const PRINTABLE = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u;

export const reasonText = z
  .string()
  .max(1_000, 'A reason has at most 1000 characters.')
  .regex(PRINTABLE, 'A reason must be printable text.');
/** The reason in the user's words; default none. */
export const reason = reasonText.nullable().default(null);

/** Body of abort, pause and retry. */
export const reasonSchema = z.strictObject({ reason });

const step = z.number().int().min(0).max(10_000).optional();

/**
 * Body of promote: `full` false ends one step, true skips all remaining steps. `step`: index in the plan of the
 * analysis or pause to end; it is refused if that has ended. Default: the next analysis or the pause in progress.
 */
export const promoteSchema = z.strictObject({ full: z.boolean().default(false), step, reason });

/** Body of resume. `step`: index in the plan of the pause to end; default: the one in progress. */
export const resumeSchema = z.strictObject({ step, reason });

/**
 * Body of shred: `force` shreds manifests that are still in use, too; `adopted`: not the release's own manifests, but
 * those of the Deployment that it adopted.
 */
export const shredSchema = z.strictObject({ adopted: z.boolean().default(false), force: z.boolean().default(false), reason });

/** Body of rollback: `to` is the release whose version is restored; default the previous stable version. */
export const rollbackSchema = z.strictObject({ to: releaseId.optional(), environment, reason });

/** Body of hand-back. */
export const handBackSchema = z.strictObject({ environment, reason });

/** Body of a hold: other users read its reason. */
export const placeHoldSchema = z.strictObject({ environment, reason: reasonText.min(1, 'A hold needs a reason.') });

/** Body of the end of a hold. */
export const liftHoldSchema = z.strictObject({ environment, reason });

const manifest = z.union(
  [z.string().min(1, 'The manifest is empty.'), z.record(z.string(), z.unknown())],
  'A manifest must be YAML, base64 of it, or a Kubernetes object.',
);

/** Body of a new release, the JSON variant of the webhook. */
export const newReleaseSchema = z.strictObject({
  project: z.string().min(1).max(128),
  environment,
  /** `v1`, `sha256:…` or `v1@sha256:…`. */
  imageTag,
  commitSha: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/, 'This is not a valid commit.'),
  strategy: releaseStrategySchema.default('auto'),
  /** Whether the tag is resolved once, and its digest deployed. Default: as in the policy. */
  resolveDigest: z.boolean().optional(),
  /** One or more objects each. */
  manifests: z.array(manifest).min(1, 'A release needs manifests.').max(300, 'A release has at most 300 manifests.'),
  /** Whether it starts although the environment is on hold: takes the scope `operate` and a reason. Default false. */
  overrideHold: z.boolean().optional(),
  /**
   * Whether it is an emergency: without stages and without waiting for ready pods, at once. Takes the scope `operate`
   * and a reason. Default false.
   */
  emergency: z.boolean().optional(),
  reason,
});
