import { z } from 'zod';

/** A user's name, as the webhook's `user_id` takes it. */
export const userName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'This is not a name for a user.');
/** A project's name: it becomes a label of every object. */
export const projectName = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, 'This is not a name for a project.');
export const environmentName = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'This is not a name for an environment.');

/** The environment of a request that names none; like any other it needs a policy. */
export const DEFAULT_ENVIRONMENT = 'production';
/** The default environment unless another one is named. */
export const environment = environmentName.default(DEFAULT_ENVIRONMENT);
