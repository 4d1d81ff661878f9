import type { Trust } from '@alloy/policy';
import type { JWTPayload } from 'jose';
import { z } from 'zod';

const ISSUERS: Readonly<Record<Trust['provider'], string>> = { github: 'https://token.actions.githubusercontent.com', gitlab: 'https://gitlab.com' };

export const issuerOf = ({ provider, issuer }: Trust): string => issuer ?? ISSUERS[provider];

/** Seconds since 1970 of the last second that ISO 8601 writes with four digits of the year; Postgres knows no time far beyond it. */
const LAST_SECOND = 253_402_300_799;
const seconds = z.number().min(0).max(LAST_SECOND);

/** The claims that are stored, as Postgres takes them: `jti` is up to 255 characters without control characters, `exp` and `iat` are times before the year 10000. */
export const storedClaims = z.object({ jti: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u), exp: seconds, iat: seconds });
export type StoredClaims = z.output<typeof storedClaims>;

/** What of a token a trust is compared with, whatever its provider calls it. */
interface Claims {
  readonly repository: unknown;
  /** As Git writes it in full. */
  readonly ref: unknown;
  readonly environment: unknown;
}

function claimsOf(provider: Trust['provider'], payload: JWTPayload): Claims {
  switch (provider) {
    case 'github': return { repository: payload['repository'], ref: payload['ref'], environment: payload['environment'] };
    case 'gitlab': return { repository: payload['project_path'], ref: fullRef(payload), environment: payload['environment'] };
  }
}

/** GitLab gives the short name and, apart from it, what it is the name of. */
function fullRef({ ref, ref_type: type }: JWTPayload): string | undefined {
  if (typeof ref !== 'string') return undefined;
  if (type === 'branch') return `refs/heads/${ref}`;
  return type === 'tag' ? `refs/tags/${ref}` : undefined;
}

/** Whether a token, whose signature and times hold, is of whom the trust is put in. The issuer is not looked at: its keys have been. */
export function fits(trust: Trust, payload: JWTPayload): boolean {
  const { repository, ref, environment } = claimsOf(trust.provider, payload);
  return [payload.aud].flat().includes(trust.audience)
    && repository === trust.repository
    && typeof ref === 'string' && refFits(trust.ref, ref)
    && (trust.environment === undefined || environment === trust.environment);
}

const refFits = (wanted: string, ref: string): boolean => (wanted.endsWith('*') ? ref.startsWith(wanted.slice(0, -1)) : ref === wanted);
