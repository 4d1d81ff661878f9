import { z } from 'zod';

/** A project's name, which is in a label of every object. */
export const projectName = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, 'This is not a valid name of a project.');
export const environmentName = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'This is not a valid name of an environment.');
