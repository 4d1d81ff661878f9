import type { Logger } from 'pino';
import type { Channel } from './channel';

/** One structured line per notification, readable as it stands. Never rejects. */
export const logChannel = (logger: Logger): Channel => ({
  async send({ text, ...fields }, key) {
    logger.info({ ...fields, key }, text);
  },
});
