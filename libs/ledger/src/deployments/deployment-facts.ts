import type { Pool } from 'pg';
import { endings, isEnding, type EndingType } from '../release-log/status';

/** A fact of the log for the deployment metrics. */
export type DeploymentFact = {
  readonly seq: number;
  readonly project: string;
  readonly environment: string;
} & (
  | {
      readonly kind: 'ended';
      /** Image tag. */
      readonly version: string;
      readonly status: (typeof endings)[EndingType];
      /** Code of the reason, from a closed set; empty if the ending has none. */
      readonly reason: string;
      /** From the request to the end. */
      readonly seconds: number;
      /** False: the release had ended before (`stuck`), and its rollback has finished since. */
      readonly isFirst: boolean;
    }
  /** `weight`: percent of the traffic that reaches the canary. */
  | { readonly kind: 'shifted'; readonly weight: number }
);

const SHIFTED = 'TrafficShifted';
const TYPES = [...Object.keys(endings), SHIFTED];

/**
 * The next facts after the seq, in the order of the log; empty: there are none yet. Default limit 1000. A workload that
 * is handed back is no deployment.
 */
export async function deploymentFacts(pool: Pool, after: number, limit = 1_000): Promise<readonly DeploymentFact[]> {
  const { rows } = await pool.query<Row>({
    name: 'deployment-facts',
    text: `SELECT o.seq, e.type, e.project, e.environment, first.data->>'imageTag' AS version, e.data->'reason'->>'code' AS reason,
                  e.data->'reached' AS reached, extract(epoch FROM e.occurred_at - first.occurred_at)::float8 AS seconds,
                  NOT EXISTS (SELECT FROM event earlier WHERE earlier.stream = e.stream AND earlier.version < e.version
                    AND earlier.type = ANY ($4)) AS is_first
             FROM event_order o
             JOIN event e ON e.stream = o.stream AND e.version = o.version
             JOIN event first ON first.stream = o.stream AND first.version = 1
            WHERE o.seq > $1 AND e.type = ANY ($2) AND first.data->>'strategy' IS DISTINCT FROM 'handBack'
            ORDER BY o.seq LIMIT $3`,
    values: [after, TYPES, limit, Object.keys(endings)],
  });
  return rows.map(factOf);
}

interface Row {
  readonly seq: string;
  readonly type: string;
  readonly project: string;
  readonly environment: string;
  readonly version: string | null;
  readonly reason: string | null;
  readonly reached: number | null;
  readonly seconds: number;
  readonly is_first: boolean;
}

function factOf({ seq, type, project, environment, version, reason, reached, seconds, is_first: isFirst }: Row): DeploymentFact {
  const at = { seq: Number(seq), project, environment };
  if (!isEnding(type)) return { ...at, kind: 'shifted', weight: reached ?? 0 };
  return {
    ...at,
    kind: 'ended',
    version: version ?? '',
    status: endings[type],
    reason: reason ?? '',
    seconds: Math.max(0, seconds),
    isFirst,
  };
}
