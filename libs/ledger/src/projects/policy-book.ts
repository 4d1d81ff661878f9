import { storedPolicy } from '@alloy/policy';
import type { Pool } from 'pg';
import type { PolicyBook } from '../ports';

const FIND = {
  name: 'policy-find',
  text: `SELECT project_policy.policy FROM project
         LEFT JOIN project_policy ON project_policy.project = project.id AND project_policy.environment = $2 WHERE project.id = $1`,
};

/** A prepared statement, because every signed webhook waits for it: see ADR 37. */
export const policyBook = (pool: Pool): PolicyBook => ({
  async find(project, environment) {
    const { rows } = await pool.query<{ policy: unknown }>({ ...FIND, values: [project, environment] });
    return rows[0] && { id: project, environment, isConfigured: rows[0].policy !== null, policy: storedPolicy(rows[0].policy) };
  },
});
