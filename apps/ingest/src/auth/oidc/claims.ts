import type { Trust } from '@alloy/policy';
import type { JWTPayload } from 'jose';
import { z } from 'zod';

const ISSUERS: Readonly<Record<Trust['provider'], string>> = {
  github: 'https://token.actions.githubusercontent.com',
  gitlab: 'https://gitlab.com',
};

export const issuerOf = ({ provider, issuer }: Trust): string => issuer ?? ISSUERS[provider];

/**
 * Seconds since 1970 of the last second that ISO 8601 writes with a year of four digits; Postgres' range ends not far
 * beyond it.
 */
const LAST_SECOND = 253_402_300_799;
const seconds = z.number().min(0).max(LAST_SECOND);

/**
 * The stored claims, within the limits of Postgres: `jti` has up to 255 characters without control characters, `exp`
 * and `iat` are before the year 10000.
 */
export const storedClaims = z.object({ jti: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u), exp: seconds, iat: seconds });
export type StoredClaims = z.output<typeof storedClaims>;

/** The claims of a token that are compared with a trust, in the names of all providers. */
interface Claims {
  readonly repository: unknown;
  /** Git's full name. */
  readonly ref: unknown;
  readonly environment: unknown;
}

function claimsOf(provider: Trust['provider'], payload: JWTPayload): Claims {
  switch (provider) {
    case 'github': return { repository: payload['repository'], ref: payload['ref'], environment: payload['environment'] };
    case 'gitlab': return { repository: payload['project_path'], ref: fullRef(payload), environment: payload['environment'] };
  }
}

/** GitLab has the short name and, in another claim, its type. */
function fullRef({ ref, ref_type: type }: JWTPayload): string | undefined {
  if (typeof ref !== 'string') return undefined;
  if (type === 'branch') return `refs/heads/${ref}`;
  return type === 'tag' ? `refs/tags/${ref}` : undefined;
}

/** Whether the claims of a token match the trust. The signature, the times and the issuer are verified elsewhere. */
export function fits(trust: Trust, payload: JWTPayload): boolean {
  const { repository, ref, environment } = claimsOf(trust.provider, payload);
  return [payload.aud].flat().includes(trust.audience)
    && repository === trust.repository
    && typeof ref === 'string' && refFits(trust.ref, ref)
    && (trust.environment === undefined || environment === trust.environment);
}

const refFits = (wanted: string, ref: string): boolean => (wanted.endsWith('*') ? ref.startsWith(wanted.slice(0, -1)) : ref === wanted);
