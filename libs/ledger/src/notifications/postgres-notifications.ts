import type { Pool } from 'pg';
import type { Notifications } from '../ports';

/** What was told, in the table `notification`. */
export const postgresNotifications = (pool: Pool): Notifications => ({
  async isTold(eventId, route) {
    const { rowCount } = await pool.query({ name: 'notification-told', text: 'SELECT 1 FROM notification WHERE event_id = $1 AND route = $2', values: [eventId, route] });
    return rowCount === 1;
  },
  async recordTold(eventId, route) {
    await pool.query({ name: 'notification-record', text: 'INSERT INTO notification (event_id, route) VALUES ($1, $2) ON CONFLICT DO NOTHING', values: [eventId, route] });
  },
});
