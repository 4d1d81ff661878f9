import { IsNull, Not, type DataSource } from 'typeorm';
import type { Projects } from '../ports';
import { AccountEntity } from './account.entity';
import { ProjectEntity } from './project.entity';
import { TokenEntity } from './token.entity';

/** Projects and tokens by TypeORM. */
export const typeormProjects = (source: DataSource): Projects => ({
  async findToken(sha256) {
    const tokens = source.getRepository(TokenEntity);
    const token = await tokens.createQueryBuilder('token')
      .innerJoin(AccountEntity, 'account', 'account.id = token.account AND account.removed_at IS NULL')
      .where('token.sha256 = :sha256 AND token.revoked_at IS NULL', { sha256 }).andWhere('(token.expires_at IS NULL OR token.expires_at > clock_timestamp())').getOne();
    if (token === null) return undefined;
    await tokens.createQueryBuilder().update().set({ lastUsedAt: () => 'clock_timestamp()' })
      .where(`id = :id AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')`, { id: token.id }).execute();
    return { tokenId: token.id, account: token.account, scope: token.scope, projects: token.projects };
  },
  async findUser(account) {
    if (!(await source.manager.existsBy(AccountEntity, { id: account, removedAt: IsNull() }))) return undefined;
    const tokens = await source.getRepository(TokenEntity).createQueryBuilder('token').where({ account, revokedAt: IsNull(), scope: Not('read') })
      .andWhere('(token.expires_at IS NULL OR token.expires_at > clock_timestamp())').getMany();
    return { tokenId: 'legacy', account, scope: 'deploy', projects: [...new Set(tokens.flatMap(({ projects }) => projects))] };
  },
  exists: (project) => source.getRepository(ProjectEntity).existsBy({ id: project }),
});
