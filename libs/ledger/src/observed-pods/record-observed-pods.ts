import type { Pool } from 'pg';
import type { ObservedPods } from './observed-pods';

const HOUR_MS = 3600 * 1000;

const RECORD = {
  name: 'observed-pods-record',
  text: `INSERT INTO observed_pods (release_id, pods) VALUES ($1, $2)
         ON CONFLICT (release_id) DO UPDATE SET pods = EXCLUDED.pods, observed_at = EXCLUDED.observed_at`,
};

const CONFIRM = {
  name: 'observed-pods-confirm',
  text: 'UPDATE observed_pods SET observed_at = clock_timestamp() WHERE release_id = ANY ($1)',
};

/**
 * Records the pods for the watcher, which does not load TypeORM, at each change of a pod; deletes old rows once an
 * hour.
 */
export function recordObservedPods(pool: Pool, keepDays = 7): Pick<ObservedPods, 'record' | 'confirm'> {
  let pruned = -Infinity;
  const prune = async (): Promise<void> => {
    if (performance.now() - pruned < HOUR_MS) return;
    await pool.query(`DELETE FROM observed_pods WHERE observed_at < clock_timestamp() - make_interval(days => $1)`, [keepDays]);
    pruned = performance.now();
  };
  return {
    async record(releaseId, pods) {
      await prune();
      await pool.query({ ...RECORD, values: [releaseId, JSON.stringify(pods)] });
    },
    async confirm(releaseIds) {
      if (releaseIds.length > 0) await pool.query({ ...CONFIRM, values: [releaseIds] });
    },
  };
}
