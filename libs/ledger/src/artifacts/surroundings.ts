import type { Pool } from 'pg';
import type { ProjectSettings } from '../ports';
import { policyOfText } from '../projects/policy-of-text';

/** A sealed bundle that is running in a namespace, or will be. */
export interface DeployedArtifact {
  readonly project: string;
  readonly environment: string;
  /** Digest of the sealed bundle. */
  readonly artifact: string;
}

/** The policy of a project, and the workloads in its namespace. */
export interface Surroundings {
  readonly settings: ProjectSettings;
  /**
   * The stable versions of the project and of other projects in its namespace, and the unfinished releases of the
   * others.
   */
  readonly deployed: readonly DeployedArtifact[];
}

/** All data for the checks of a new release, read in one snapshot. Undefined: the project does not exist. */
export async function findSurroundings(pool: Pool, project: string, environment: string): Promise<Surroundings | undefined> {
  const { rows } = await pool.query<Row>({ name: 'artifacts-surroundings', text: surroundings, values: [project, environment] });
  const [row] = rows;
  return (
    row && {
      settings: { id: project, environment, isConfigured: row.policy !== null, policy: policyOfText(row.policy) },
      deployed: row.deployed,
    }
  );
}

interface Row {
  /** JSON; null: the environment has no policy. */
  readonly policy: string | null;
  readonly deployed: readonly DeployedArtifact[];
}

const surroundings = `
  SELECT own.policy::text AS policy, (
    SELECT coalesce(json_agg(known), '[]') FROM (
      SELECT slot_counter.project, slot_counter.environment, stable.artifact FROM slot_counter
      JOIN LATERAL (SELECT artifact, handed_back FROM stable_version WHERE project = slot_counter.project
        AND environment = slot_counter.environment ORDER BY ordinal DESC LIMIT 1) stable ON NOT stable.handed_back
      WHERE slot_counter.project <> $1 OR slot_counter.environment = $2
      UNION
      SELECT release.project, release.environment, event.data->>'artifact' FROM release
      JOIN event ON event.stream = 'release-' || release.release_id AND event.version = 1 WHERE NOT release.ended AND release.project <> $1
    ) known
    LEFT JOIN project_policy ON project_policy.project = known.project AND project_policy.environment = known.environment
    WHERE coalesce(project_policy.policy->>'namespace', 'default') = coalesce(own.policy->>'namespace', 'default')
  ) AS deployed
  FROM project LEFT JOIN project_policy own ON own.project = project.id AND own.environment = $2 WHERE project.id = $1`;
