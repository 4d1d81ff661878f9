import type { ObservedPod } from '@alloy/contracts';
import type { Pool } from 'pg';
import type { ObservedPods } from './observed-pods';

const HOUR_MS = 3600 * 1000;

/** Observed pods in a table of their own; what is old is dropped once an hour. */
export function postgresObservedPods(pool: Pool, keepDays = 7): ObservedPods {
  let pruned = -Infinity;
  const prune = async (): Promise<void> => {
    if (performance.now() - pruned < HOUR_MS) return;
    await pool.query(`DELETE FROM observed_pods WHERE observed_at < clock_timestamp() - make_interval(days => $1)`, [keepDays]);
    pruned = performance.now();
  };
  return {
    async record(releaseId, pods) {
      await prune();
      await pool.query({
        name: 'observed-pods-record',
        text: `INSERT INTO observed_pods (release_id, pods) VALUES ($1, $2)
               ON CONFLICT (release_id) DO UPDATE SET pods = EXCLUDED.pods, observed_at = EXCLUDED.observed_at`,
        values: [releaseId, JSON.stringify(pods)],
      });
    },
    async confirm(releaseIds) {
      if (releaseIds.length === 0) return;
      await pool.query({ name: 'observed-pods-confirm', text: 'UPDATE observed_pods SET observed_at = clock_timestamp() WHERE release_id = ANY ($1)', values: [releaseIds] });
    },
    async find(releaseId) {
      const { rows } = await pool.query<{ pods: readonly ObservedPod[]; at: Date }>({
        name: 'observed-pods-find', text: 'SELECT pods, observed_at AS at FROM observed_pods WHERE release_id = $1', values: [releaseId],
      });
      return rows[0] && { items: rows[0].pods, observedAt: rows[0].at.toISOString() };
    },
  };
}
