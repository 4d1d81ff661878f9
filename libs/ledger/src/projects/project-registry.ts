import { EVERY_PROJECT, projectStream, type StoredEvent } from '@alloy/contracts';
import { InlineConflict, VersionConflict, type EventStore } from '@alloy/event-store';
import { storedPolicy, versionedTypes, type Policy } from '@alloy/policy';
import type { Hold } from '@alloy/release';
import { In, type DataSource, type EntityManager } from 'typeorm';
import { HoldEntity } from '../views/hold/hold.entity';
import type { PartOfList } from './part-of-list';
import { policyEvents, projectEvent, type ChangedBy, type StoredPolicies } from './project-events';
import { ProjectPolicyEntity } from './project-policy.entity';
import { ProjectEntity } from './project.entity';

export interface ProjectRecord {
  readonly id: string;
  readonly createdAt: Date;
  /** Of its last change: that of the last event that versions it; 0: it was stored before projects had versions. */
  readonly version: number;
  /** By environment; an environment without a policy accepts no releases. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** By environment; those that are not on hold are absent. */
  readonly holds: Readonly<Record<string, Hold>>;
}

/** A project after a change. */
export interface ChangedProject extends ProjectRecord {
  /** The environments whose policy the change wrote; empty: it changed nothing, and there is no new version. */
  readonly changed: readonly string[];
}

/** The wanted policies by environment, from the stored ones; those of other environments stay. Throws to refuse. */
export type PolicyChange = (present: ProjectRecord) => Readonly<Record<string, Policy>>;

/** Projects and their policies. Each change is an event of the project's stream. */
export interface ProjectRegistry {
  find(id: string): Promise<ProjectRecord | undefined>;
  /** By id; `among`: the visible projects, `*` for all. */
  list(part: PartOfList & { readonly among: readonly string[] }): Promise<readonly ProjectRecord[]>;
  /** False: the project already exists, and nothing was changed. */
  create(id: string, policies: Readonly<Record<string, Policy>>, by: ChangedBy): Promise<boolean>;
  /**
   * Writes the result of `change`, which is called again if another change was written meanwhile. Passes on the errors
   * of `change`, without a write. Undefined: the project does not exist.
   */
  change(id: string, change: PolicyChange, by: ChangedBy): Promise<ChangedProject | undefined>;
  /** The projects among `ids` that do not exist. */
  unknownAmong(ids: readonly string[]): Promise<readonly string[]>;
}

export interface ProjectRegistryParts {
  readonly source: DataSource;
  readonly store: Pick<EventStore, 'append'>;
  /** Called after each commit with the committed events. */
  readonly notifyCommit: (events: readonly StoredEvent[]) => void;
}

/** Concurrent changes of one project that a change gives way to. */
const ATTEMPTS = 10;

/** Reads with TypeORM, and appends events; the view `project_policy` writes the rows in the append's transaction. */
export const projectRegistry = ({ source, store, notifyCommit }: ProjectRegistryParts): ProjectRegistry => ({
  find: async (id) => (await found(source.manager, id))?.record,

  async list({ among, after, limit }) {
    const query = source.manager
      .createQueryBuilder(ProjectEntity, 'project')
      .where('project.id > :after', { after: after ?? '' })
      .orderBy('project.id')
      .limit(limit);
    if (!among.includes(EVERY_PROJECT)) query.andWhere('project.id = ANY(:among)', { among });
    return (await withPolicies(source.manager, await query.getMany())).map(({ record }) => record);
  },

  async create(id, policies, by) {
    const [environment = 'production'] = Object.keys(policies);
    const created = projectEvent(id, environment, { type: 'ProjectCreated', data: { reason: by.reason } }, by);
    const events = [created, ...policyEvents(id, { policies: {}, unversioned: [] }, policies, by)];
    try {
      notifyCommit(await store.append([{ stream: projectStream(id), expected: 0, events }]));
      return true;
    } catch (error) {
      if (error instanceof VersionConflict || error instanceof InlineConflict) return false;
      throw error;
    }
  },

  async change(id, change, by) {
    for (let attempt = 1; ; attempt += 1) {
      const present = await found(source.manager, id);
      if (present === undefined) return undefined;
      const { record, stored, streamVersion } = present;
      const events = policyEvents(id, stored, change(record), by);
      if (events.length === 0) return { ...record, changed: [] };
      try {
        notifyCommit(await store.append([{ stream: projectStream(id), expected: streamVersion, events }]));
        return { ...(await found(source.manager, id))!.record, changed: [...new Set(events.map(({ environment }) => environment))] };
      } catch (error) {
        if (!(error instanceof VersionConflict) || attempt >= ATTEMPTS) throw error;
      }
    }
  },

  async unknownAmong(ids) {
    const known = await source.manager.findBy(ProjectEntity, { id: In([...ids]) });
    return ids.filter((id) => !known.some((project) => project.id === id));
  },
});

interface Found {
  readonly record: ProjectRecord;
  readonly stored: StoredPolicies;
  /** Of the last event of its stream. */
  readonly streamVersion: number;
}

async function found(manager: EntityManager, id: string): Promise<Found | undefined> {
  const entity = await manager.findOneBy(ProjectEntity, { id });
  return entity === null ? undefined : (await withPolicies(manager, [entity]))[0];
}

async function withPolicies(manager: EntityManager, projects: readonly ProjectEntity[]): Promise<readonly Found[]> {
  const ids = projects.map(({ id }) => id);
  // The versions first: policies that are newer than their version make an append fail, and it is tried again.
  const versions = await versionsOf(manager, ids);
  const rows = await manager.find(ProjectPolicyEntity, { where: { project: In(ids) }, order: { environment: 'ASC' } });
  const holds = await manager.find(HoldEntity, { where: { project: In(ids) }, order: { environment: 'ASC' } });
  return projects.map(({ id, createdAt }) => {
    const own = rows.filter(({ project }) => project === id);
    const policies = Object.fromEntries(own.map(({ environment, policy }) => [environment, storedPolicy(policy)]));
    const unversioned = own.filter(({ version }) => version === null).map(({ environment }) => environment);
    const { version = 0, stream: streamVersion = 0 } = versions.get(projectStream(id)) ?? {};
    const held = Object.fromEntries(holds.filter(({ project }) => project === id).map((hold) => [hold.environment, holdOf(hold)]));
    return { record: { id, createdAt, version, policies, holds: held }, stored: { policies, unversioned }, streamVersion };
  });
}

/** `stream`: of the last event; `version`: of the last one that versions the project. */
interface Versions {
  readonly stream: number;
  readonly version: number;
}

async function versionsOf(manager: EntityManager, ids: readonly string[]): Promise<ReadonlyMap<string, Versions>> {
  const rows = await manager
    .createQueryBuilder()
    .select('event.stream', 'name')
    .addSelect('max(event.version)', 'stream')
    .addSelect('coalesce(max(event.version) FILTER (WHERE event.type = ANY(:types)), 0)', 'version')
    .from('event', 'event')
    .where('event.stream = ANY(:streams)', { streams: ids.map(projectStream), types: versionedTypes })
    .groupBy('event.stream')
    .getRawMany<Versions & { name: string }>();
  return new Map(rows.map(({ name, ...versions }) => [name, versions]));
}

const holdOf = ({ placedBy: by, since, reason, releaseId: release }: HoldEntity): Hold =>
  ({ by, since: since.toISOString(), reason, release });
