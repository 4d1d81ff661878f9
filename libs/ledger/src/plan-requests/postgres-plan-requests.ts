import type { Pool } from 'pg';
import { deriveKey, openBox, sealBox } from '../artifacts/seal-box';
import type { PreviewAnswer, PlanQuestion, PlanRequests } from './plan-requests';

/** Removes abandoned questions; each is claimed once, and skips rows that another executor is claiming. */
const EXPIRE = `DELETE FROM plan_request WHERE asked_at < clock_timestamp() - interval '1 minute'`;
const CLAIM = `
  UPDATE plan_request SET claimed_at = clock_timestamp() WHERE id = (
    SELECT id FROM plan_request WHERE claimed_at IS NULL ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  RETURNING id, question`;

/** By statements, because TypeORM has no SKIP LOCKED in an UPDATE. */
export function postgresPlanRequests(pool: Pool, master: Buffer): PlanRequests {
  const key = deriveKey(master, 'alloy/plan');
  return {
    async ask(question) {
      const sealed = sealBox(key, Buffer.from(JSON.stringify(question)), question.releaseId);
      await pool.query('INSERT INTO plan_request (id, question) VALUES ($1, $2)', [question.releaseId, sealed]);
    },
    async answerTo(releaseId) {
      const { rows } = await pool.query<{ answer: string | null }>({
        name: 'plan-answer', text: 'SELECT answer FROM plan_request WHERE id = $1', values: [releaseId],
      });
      const answer = rows[0]?.answer ?? undefined;
      return answer === undefined ? undefined : (JSON.parse(answer) as PreviewAnswer);
    },
    async remove(releaseId) {
      await pool.query('DELETE FROM plan_request WHERE id = $1', [releaseId]);
    },
    async claim() {
      const { rows } = await pool.query<{ id: string; question: Buffer }>({ name: 'plan-claim', text: CLAIM });
      const [row] = rows;
      if (!row) return undefined;
      await pool.query(EXPIRE);
      return JSON.parse(openBox(key, row.question, row.id).toString()) as PlanQuestion;
    },
    async answer(releaseId, answer) {
      await pool.query('UPDATE plan_request SET answer = $2 WHERE id = $1', [releaseId, JSON.stringify(answer)]);
    },
  };
}
