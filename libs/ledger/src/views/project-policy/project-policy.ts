import type { StoredEvent } from '@alloy/contracts';
import { InlineConflict, type InlineView } from '@alloy/event-store';
import type { ProjectPayloads } from '@alloy/policy';
import type { ClientBase, QueryConfig } from 'pg';

/** The projects, and the current policy of each of their environments, with the version of the event that wrote it. */
export const projectPolicyView: InlineView = {
  name: 'project_policy',
  alone: ({ type }) => type === 'ProjectCreated',
  async apply(client, events) {
    for (const event of events) if (event.type === 'ProjectCreated') await create(client, event);
    return events.filter(({ type }) => type === 'PolicyChanged').map(policyRow);
  },
};

/** A project from before versions existed has a row and no stream. */
async function create(client: ClientBase, { project }: StoredEvent): Promise<void> {
  const { rowCount } = await client.query('INSERT INTO project (id) VALUES ($1) ON CONFLICT DO NOTHING', [project]);
  if (rowCount === 0) throw new InlineConflict('project_policy', `the project ${project} already exists`);
}

const policyRow = ({ project, environment, version, data }: StoredEvent): QueryConfig => ({
  text: `INSERT INTO project_policy (project, environment, policy, version) VALUES ($1, $2, $3, $4)
         ON CONFLICT (project, environment) DO UPDATE
         SET policy = EXCLUDED.policy, version = EXCLUDED.version, updated_at = clock_timestamp()`,
  values: [project, environment, JSON.stringify((data as ProjectPayloads['PolicyChanged']).policy), version],
});
