import { storedPolicy } from '@alloy/release';
import type { Pool } from 'pg';
import type { PolicyBook } from '../ports';

/** Policies by plain SQL: what services read that have no need of TypeORM. */
export const policyBook = (pool: Pool): PolicyBook => ({
  async find(project, environment) {
    const { rows } = await pool.query<{ policy: unknown }>({
      name: 'policy-find',
      text: `SELECT project_policy.policy FROM project
             LEFT JOIN project_policy ON project_policy.project = project.id AND project_policy.environment = $2 WHERE project.id = $1`,
      values: [project, environment],
    });
    return rows[0] && { id: project, environment, isConfigured: rows[0].policy !== null, policy: storedPolicy(rows[0].policy) };
  },
});
