import type { Pool } from 'pg';

/** A sealed bundle that runs in a namespace, or is about to. */
export interface DeployedArtifact {
  readonly project: string;
  readonly environment: string;
  /** Digest of the sealed bundle. */
  readonly artifact: string;
}

/** What the project itself has stable in this namespace, and what others have there: their stable version, and what they are releasing. */
export async function deployedArtifacts(pool: Pool, { project, environment, namespace }: { readonly project: string; readonly environment: string; readonly namespace: string }): Promise<readonly DeployedArtifact[]> {
  const { rows } = await pool.query<DeployedArtifact>({ name: 'artifacts-deployed', text: deployed, values: [project, environment, namespace] });
  return rows;
}

const deployed = `
  SELECT known.* FROM (
    SELECT slot_counter.project, slot_counter.environment, stable.artifact FROM slot_counter
    JOIN LATERAL (SELECT artifact FROM stable_version WHERE project = slot_counter.project AND environment = slot_counter.environment ORDER BY ordinal DESC LIMIT 1) stable ON true
    WHERE slot_counter.project <> $1 OR slot_counter.environment = $2
    UNION
    SELECT release.project, release.environment, event.data->>'artifact' FROM release
    JOIN event ON event.stream = 'release-' || release.release_id AND event.version = 1 WHERE NOT release.ended AND release.project <> $1
  ) known
  LEFT JOIN project_policy ON project_policy.project = known.project AND project_policy.environment = known.environment
  WHERE coalesce(project_policy.policy->>'namespace', 'default') = $3`;
