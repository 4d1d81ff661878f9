import { storedPolicy } from '@alloy/policy';
import type { Pool } from 'pg';
import type { ProjectSettings } from '../ports';

/** A sealed bundle that runs in a namespace, or is about to. */
export interface DeployedArtifact {
  readonly project: string;
  readonly environment: string;
  /** Digest of the sealed bundle. */
  readonly artifact: string;
}

/** How a project releases, and among what. */
export interface Surroundings {
  readonly settings: ProjectSettings;
  /** What the project itself has stable in its namespace, and what others have there: their stable version, and what they are releasing. */
  readonly deployed: readonly DeployedArtifact[];
}

/** All that a new release must be checked against, as of one moment. Undefined: no such project. */
export async function findSurroundings(pool: Pool, project: string, environment: string): Promise<Surroundings | undefined> {
  const { rows } = await pool.query<Row>({ name: 'artifacts-surroundings', text: surroundings, values: [project, environment] });
  const [row] = rows;
  return row && { settings: { id: project, environment, isConfigured: row.policy !== null, policy: storedPolicy(row.policy) }, deployed: row.deployed };
}

interface Row {
  readonly policy: unknown;
  readonly deployed: readonly DeployedArtifact[];
}

const surroundings = `
  SELECT own.policy, (
    SELECT coalesce(json_agg(known), '[]') FROM (
      SELECT slot_counter.project, slot_counter.environment, stable.artifact FROM slot_counter
      JOIN LATERAL (SELECT artifact FROM stable_version WHERE project = slot_counter.project AND environment = slot_counter.environment ORDER BY ordinal DESC LIMIT 1) stable ON true
      WHERE slot_counter.project <> $1 OR slot_counter.environment = $2
      UNION
      SELECT release.project, release.environment, event.data->>'artifact' FROM release
      JOIN event ON event.stream = 'release-' || release.release_id AND event.version = 1 WHERE NOT release.ended AND release.project <> $1
    ) known
    LEFT JOIN project_policy ON project_policy.project = known.project AND project_policy.environment = known.environment
    WHERE coalesce(project_policy.policy->>'namespace', 'default') = coalesce(own.policy->>'namespace', 'default')
  ) AS deployed
  FROM project LEFT JOIN project_policy own ON own.project = project.id AND own.environment = $2 WHERE project.id = $1`;
