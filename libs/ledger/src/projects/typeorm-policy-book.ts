import { storedPolicy } from '@alloy/release';
import type { DataSource } from 'typeorm';
import type { PolicyBook } from '../ports';
import { ProjectPolicyEntity } from './project-policy.entity';
import { ProjectEntity } from './project.entity';

export const typeormPolicyBook = (source: DataSource): PolicyBook => ({
  async find(project, environment) {
    const found = await source.manager.createQueryBuilder(ProjectEntity, 'project')
      .leftJoin(ProjectPolicyEntity, 'own', 'own.project = project.id AND own.environment = :environment', { environment })
      .select('own.policy', 'policy').where('project.id = :project', { project })
      .getRawOne<{ readonly policy: unknown }>();
    return found && { id: project, environment, isConfigured: found.policy !== null, policy: storedPolicy(found.policy) };
  },
});
