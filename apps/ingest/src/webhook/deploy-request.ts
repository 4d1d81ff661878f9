import { releaseStrategySchema } from '@alloy/release';
import { z } from 'zod';
import { imageTag } from '../requests/image-tag';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'This is not a valid id.');
const file = z.string().min(1, 'The file is empty.');

/** The body of the webhook, as in the original Alloy. */
export const deployRequestSchema = z.strictObject({
  user_id: id,
  project_id: id,
  /** `v1`, `sha256:…` or `v1@sha256:…`. */
  image_tag: imageTag,
  /**
   * Whether the tag is resolved once, and its digest deployed; only then may it be `latest`. Default: as in the
   * project's policy.
   */
  resolve_digest: z.boolean().optional(),
  commit_sha: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/, 'This is not a valid commit.'),
  strategy: releaseStrategySchema.default('auto'),
  /** In base64 or as plain YAML; additional files are accepted, too. */
  files: z.object({ deployment: file, service: file, secret: file.optional() }).catchall(file),
});
export type DeployRequest = z.output<typeof deployRequestSchema>;
