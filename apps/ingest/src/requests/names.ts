import { environmentName, projectName } from '@alloy/policy';
import { z } from 'zod';

/** A user's name, as in the webhook's `user_id`. */
export const userName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'This is not a valid name of a user.');
export { environmentName, projectName };

/** The environment of a request without one; like any other it needs a policy. */
export const DEFAULT_ENVIRONMENT = 'production';
/** The default environment unless another one is set. */
export const environment = environmentName.default(DEFAULT_ENVIRONMENT);

/** The id of a release: a ULID, or an id of an earlier Alloy. */
export const releaseId = z.string().regex(/^[0-9A-Za-z]{1,64}$/, 'This is not a valid id of a release.');
export const tokenId = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'This is not a valid id of a token.');
/** A name of a project's sealed secret. */
export const secretName = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'A name is lower-case letters, digits and -.');
/** The project of a list's filter, known or not. */
export const anyProject = z.string().min(1).max(128);
/** The header `Idempotency-Key`. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/);
