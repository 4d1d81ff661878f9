import type { Pool } from 'pg';

/** What sealed manifests are needed for: a release that has not ended, or the version that others go back to. Null: neither. */
export type ArtifactUse = 'running' | 'stable' | null;

const USE = `
  SELECT CASE
    WHEN EXISTS (SELECT FROM release JOIN event ON event.stream = 'release-' || release.release_id AND event.version = 1 WHERE NOT release.ended AND event.data->>'artifact' = $1) THEN 'running'
    WHEN EXISTS (SELECT FROM (SELECT DISTINCT ON (project, environment) artifact FROM stable_version ORDER BY project, environment, ordinal DESC) AS stable WHERE artifact = $1) THEN 'stable'
  END AS use`;

/** Whether anything would miss the sealed manifests of this digest; of both, `running`. */
export async function artifactUse(pool: Pool, digest: string): Promise<ArtifactUse> {
  const { rows } = await pool.query<{ use: ArtifactUse }>({ name: 'artifact-use', text: USE, values: [digest] });
  return rows[0]!.use;
}
