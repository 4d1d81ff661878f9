import type { Logger } from 'pino';
import type { Notification } from '../notification';

/** One structured line per notification, readable as it stands. In a log `service` is who writes. */
export const tellLog = (logger: Logger, { text, service: project, ...fields }: Notification, key: string): void => logger.info({ project, ...fields, key }, text);
