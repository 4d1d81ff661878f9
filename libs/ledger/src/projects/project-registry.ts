import { EVERY_PROJECT } from '@alloy/contracts';
import { storedPolicy, type Policy } from '@alloy/policy';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { lockProject } from './lock-project';
import type { PartOfList } from './part-of-list';
import { ProjectPolicyEntity } from './project-policy.entity';
import { ProjectEntity } from './project.entity';

export interface ProjectRecord {
  readonly id: string;
  readonly createdAt: Date;
  /** By environment; an environment without a policy accepts no releases. */
  readonly policies: Readonly<Record<string, Policy>>;
}

/** Projects and their policies. */
export interface ProjectRegistry {
  find(id: string): Promise<ProjectRecord | undefined>;
  /** By id; `among`: the visible projects, `*` for all. */
  list(part: PartOfList & { readonly among: readonly string[] }): Promise<readonly ProjectRecord[]>;
  /** False: the project already exists, and nothing was changed. */
  create(id: string, environment: string, policy: Policy): Promise<boolean>;
  /**
   * Writes the result of `change` for the current policy, undefined for a new environment; one change at a time.
   * Passes on the errors of `change`, without a write. Undefined: the project does not exist.
   */
  change(id: string, environment: string, change: (present: Policy | undefined) => Policy): Promise<ProjectRecord | undefined>;
  /** The projects among `ids` that do not exist. */
  unknownAmong(ids: readonly string[]): Promise<readonly string[]>;
}

/** With TypeORM. */
export const projectRegistry = (source: DataSource): ProjectRegistry => ({
  find: (id) => find(source.manager, id),

  async list({ among, after, limit }) {
    const query = source.manager
      .createQueryBuilder(ProjectEntity, 'project')
      .where('project.id > :after', { after: after ?? '' })
      .orderBy('project.id')
      .limit(limit);
    if (!among.includes(EVERY_PROJECT)) query.andWhere('project.id = ANY(:among)', { among });
    return withPolicies(source.manager, await query.getMany());
  },

  create: (id, environment, policy) =>
    source.transaction(async (manager) => {
      const { raw } = await manager.createQueryBuilder().insert().into(ProjectEntity).values({ id }).orIgnore().returning('id').execute();
      if ((raw as unknown[]).length === 0) return false;
      await manager.insert(ProjectPolicyEntity, { project: id, environment, policy: policy as object });
      return true;
    }),

  change: (id, environment, change) =>
    source.transaction(async (manager) => {
      await lockProject(manager, id);
      if (!(await manager.existsBy(ProjectEntity, { id }))) return undefined;
      const present = await manager.findOneBy(ProjectPolicyEntity, { project: id, environment });
      const policy = change(present === null ? undefined : storedPolicy(present.policy));
      await manager.createQueryBuilder().insert().into(ProjectPolicyEntity).values({ project: id, environment, policy: policy as object })
        .orUpdate(['policy', 'updated_at'], ['project', 'environment']).execute();
      return find(manager, id);
    }),

  async unknownAmong(ids) {
    const found = await source.manager.findBy(ProjectEntity, { id: In([...ids]) });
    return ids.filter((id) => !found.some((project) => project.id === id));
  },
});

async function find(manager: EntityManager, id: string): Promise<ProjectRecord | undefined> {
  const found = await manager.findOneBy(ProjectEntity, { id });
  return found === null ? undefined : (await withPolicies(manager, [found]))[0];
}

async function withPolicies(manager: EntityManager, projects: readonly ProjectEntity[]): Promise<readonly ProjectRecord[]> {
  const policies = await manager.findBy(ProjectPolicyEntity, { project: In(projects.map(({ id }) => id)) });
  return projects.map(({ id, createdAt }) => ({
    id,
    createdAt,
    policies: Object.fromEntries(
      policies.filter(({ project }) => project === id).map(({ environment, policy }) => [environment, storedPolicy(policy)]),
    ),
  }));
}
