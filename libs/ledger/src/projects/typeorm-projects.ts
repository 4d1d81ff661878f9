import type { Pool } from 'pg';
import { IsNull, Not, type DataSource } from 'typeorm';
import type { Projects } from '../ports';
import { AccountEntity } from './account.entity';
import { findToken } from './find-token';
import { ProjectEntity } from './project.entity';
import { TokenEntity } from './token.entity';

/** Projects and tokens: prepared statements for the queries of every request, entities for the others. */
export const typeormProjects = (source: DataSource, pool: Pool): Projects => ({
  findToken: (sha256) => findToken(pool, sha256),
  async findUser(account) {
    if (!(await source.manager.existsBy(AccountEntity, { id: account, removedAt: IsNull() }))) return undefined;
    const tokens = await source
      .getRepository(TokenEntity)
      .createQueryBuilder('token')
      .where({ account, revokedAt: IsNull(), scope: Not('read') })
      .andWhere('(token.expires_at IS NULL OR token.expires_at > clock_timestamp())')
      .getMany();
    return { tokenId: 'legacy', account, scope: 'deploy', projects: [...new Set(tokens.flatMap(({ projects }) => projects))] };
  },
  exists: (project) => source.getRepository(ProjectEntity).existsBy({ id: project }),
});
