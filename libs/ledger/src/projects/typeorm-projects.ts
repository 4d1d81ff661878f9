import type { Pool } from 'pg';
import { IsNull, Not, type DataSource } from 'typeorm';
import type { Projects, TokenHolder } from '../ports';
import { AccountEntity } from './account.entity';
import { ProjectEntity } from './project.entity';
import { TokenEntity } from './token.entity';

interface FoundToken extends TokenHolder {
  /** Its use was noted in this minute. */
  readonly is_fresh: boolean;
}

// By hand and prepared, as it stands before every request.
const FIND_TOKEN = {
  name: 'token-find',
  text: `
  SELECT token.id AS "tokenId", token.account, token.scope, token.projects, coalesce(token.last_used_at > clock_timestamp() - interval '1 minute', false) AS is_fresh
  FROM token JOIN account ON account.id = token.account AND account.removed_at IS NULL
  WHERE token.sha256 = $1 AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > clock_timestamp())`,
};

/** Projects and tokens: what stands before every request by `pool`, the rest by TypeORM. */
export const typeormProjects = (source: DataSource, pool: Pool): Projects => ({
  async findToken(sha256) {
    const [token] = (await pool.query<FoundToken>({ ...FIND_TOKEN, values: [sha256] })).rows;
    if (!token) return undefined;
    const { is_fresh: isFresh, ...holder } = token;
    if (!isFresh) await pool.query({ name: 'token-used', text: 'UPDATE token SET last_used_at = clock_timestamp() WHERE id = $1', values: [token.tokenId] });
    return holder;
  },
  async findUser(account) {
    if (!(await source.manager.existsBy(AccountEntity, { id: account, removedAt: IsNull() }))) return undefined;
    const tokens = await source.getRepository(TokenEntity).createQueryBuilder('token').where({ account, revokedAt: IsNull(), scope: Not('read') })
      .andWhere('(token.expires_at IS NULL OR token.expires_at > clock_timestamp())').getMany();
    return { tokenId: 'legacy', account, scope: 'deploy', projects: [...new Set(tokens.flatMap(({ projects }) => projects))] };
  },
  exists: (project) => source.getRepository(ProjectEntity).existsBy({ id: project }),
});
