import { scopes } from '@alloy/contracts';
import { z } from 'zod';
import { time } from './parts';

export const user = z.object({ id: z.string(), createdAt: time }).meta({ id: 'User' });

export const token = z
  .object({
    id: z.string(),
    name: z.string(),
    user: z.string(),
    scope: z.enum(scopes),
    projects: z.array(z.string()),
    createdAt: time,
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
  })
  .meta({ id: 'Token' });

/** With its text, which is not stored and cannot be shown again. */
export const newToken = token.extend({ token: z.string() });
