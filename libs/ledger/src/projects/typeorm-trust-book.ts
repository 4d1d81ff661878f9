import { storedPolicy } from '@alloy/release';
import type { DataSource } from 'typeorm';
import { ProjectPolicyEntity } from './project-policy.entity';
import { SpentTokenEntity } from './spent-token.entity';
import type { TrustBook } from './trust-book';

export const typeormTrustBook = (source: DataSource): TrustBook => ({
  async entries() {
    const policies = await source.manager.createQueryBuilder(ProjectPolicyEntity, 'own')
      .where(`own.policy -> 'trust' <> '[]'`).orderBy({ 'own.project': 'ASC', 'own.environment': 'ASC' }).getMany();
    return policies.flatMap(({ project, environment, policy }) => storedPolicy(policy).trust.map((trust) => ({ project, environment, trust })));
  },

  async spend(issuer, id, expiresAt) {
    const tokens = () => source.manager.createQueryBuilder(SpentTokenEntity, 'token');
    await tokens().delete().where(`expires_at < clock_timestamp() - interval '1 hour'`).execute();
    const { raw } = await tokens().insert().values({ issuer, id, expiresAt: () => 'to_timestamp(:expiresAt)' }).setParameters({ expiresAt }).orIgnore().returning('id').execute();
    return (raw as unknown[]).length === 1;
  },
});
