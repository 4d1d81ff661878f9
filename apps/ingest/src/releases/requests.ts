import { requestedStrategyNames } from '@alloy/release';
import { z } from 'zod';
import { TAG } from '../manifests/image-reference';
import { environment, releaseId } from '../requests/names';

/** Without what neither Postgres nor a terminal should get: control characters other than line breaks and tabs, and halves of characters. */
const PRINTABLE = /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u;

export const reasonText = z.string().max(1_000, 'A reason has at most 1000 characters.').regex(PRINTABLE, 'A reason is printable text.');
/** Why, in one's own words; default none. */
export const reason = reasonText.nullable().default(null);

/** Body of abort, pause, resume and retry. */
export const reasonSchema = z.strictObject({ reason });

/** Body of promote: `full` false ends the current step, true skips all that are left. */
export const promoteSchema = z.strictObject({ full: z.boolean().default(false), reason });

/** Body of shred: `force` also what is still needed; `adopted`: not the release's own manifests, but those of the Deployment that it found running and adopted. */
export const shredSchema = z.strictObject({ adopted: z.boolean().default(false), force: z.boolean().default(false), reason });

/** Body of rollback: `to` is the release whose version is brought back; default the stable version before. */
export const rollbackSchema = z.strictObject({ to: releaseId.optional(), environment, reason });

const manifest = z.union([z.string().min(1, 'The manifest is empty.'), z.record(z.string(), z.unknown())], 'A manifest is YAML, base64 of it, or a Kubernetes object.');

/** Body of a new release, the webhook's richer sister. */
export const newReleaseSchema = z.strictObject({
  project: z.string().min(1).max(128),
  environment,
  imageTag: z.string().regex(TAG, 'This is not an image tag.'),
  commitSha: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/, 'This is not a commit.'),
  strategy: z.enum(requestedStrategyNames, 'strategy is auto, rollout or canary.').default('auto'),
  /** Whether the tag is looked up once, and what it stands for deployed. Default: as the policy says. */
  resolveDigest: z.boolean().optional(),
  /** One or more objects each. */
  manifests: z.array(manifest).min(1, 'A release needs manifests.').max(100, 'A release has at most 100 manifests.'),
  reason,
});
