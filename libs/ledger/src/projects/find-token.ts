import type { Pool } from 'pg';
import type { TokenHolder } from '../ports';

interface FoundToken extends TokenHolder {
  /** Whether its use was recorded in this minute. */
  readonly is_fresh: boolean;
}

// A prepared statement instead of TypeORM, because every request waits for it: see ADR 37.
const FIND = {
  name: 'token-find',
  text: `
  SELECT token.id AS "tokenId", token.account, token.scope, token.projects,
    coalesce(token.last_used_at > clock_timestamp() - interval '1 minute', false) AS is_fresh
  FROM token JOIN account ON account.id = token.account AND account.removed_at IS NULL
  WHERE token.sha256 = $1 AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > clock_timestamp())`,
};
const NOTE_USE = { name: 'token-used', text: 'UPDATE token SET last_used_at = clock_timestamp() WHERE id = $1' };

/** Implements `Projects.findToken`. */
export async function findToken(pool: Pool, sha256: string): Promise<TokenHolder | undefined> {
  const [token] = (await pool.query<FoundToken>({ ...FIND, values: [sha256] })).rows;
  if (!token) return undefined;
  const { is_fresh: isFresh, ...holder } = token;
  if (!isFresh) await pool.query({ ...NOTE_USE, values: [token.tokenId] });
  return holder;
}
