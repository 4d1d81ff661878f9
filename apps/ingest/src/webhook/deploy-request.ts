import { requestedStrategyNames } from '@alloy/release';
import { z } from 'zod';
import { TAG } from '../manifests/image-reference';

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'This is not an id.');
const file = z.string().min(1, 'The file is empty.');

/** The body of the webhook, as the original Alloy takes it. */
export const deployRequestSchema = z.strictObject({
  user_id: id,
  project_id: id,
  image_tag: z.string().regex(TAG, 'This is not an image tag.'),
  /** Whether the tag is looked up once, and what it stands for deployed; only then may it be `latest`. Default: as the project's policy says. */
  resolve_digest: z.boolean().optional(),
  commit_sha: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/, 'This is not a commit.'),
  strategy: z.enum(requestedStrategyNames, 'strategy is auto, rollout or canary.').default('auto'),
  /** In base64 or as plain YAML; others than these three are taken as well. */
  files: z.object({ deployment: file, service: file, secret: file.optional() }).catchall(file),
});
export type DeployRequest = z.output<typeof deployRequestSchema>;
