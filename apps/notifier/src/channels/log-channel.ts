import type { Logger } from 'pino';
import type { Notification } from '../notification';

/**
 * Logs one structured line per notification. The log field `service` is the writing service, so the notification's
 * service is logged as `project`.
 */
export const logNotification = (logger: Logger, { text, service: project, ...fields }: Notification, key: string): void =>
  logger.info({ project, ...fields, key }, text);
