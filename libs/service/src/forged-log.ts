import type { Logger } from 'pino';
import { rarely } from './rarely';

const EVERY_MS = 60_000;

/**
 * Logs at most one line a minute for each reason, with the number of messages: another client publishes on Alloy's
 * subjects.
 */
export function forgedLog(logger: Logger): (message: { readonly reason: string; readonly subject: string }) => void {
  const byReason = new Map<string, (message: unknown) => void>();
  return (message) => {
    const log =
      byReason.get(message.reason) ??
      rarely(
        (last, times) =>
          logger.error(
            { alert: 'forged_message', ...(last as typeof message), times },
            'ignored a message that no service of Alloy sent: give NATS credentials and subject permissions to each service',
          ),
        EVERY_MS,
      );
    byReason.set(message.reason, log);
    log(message);
  };
}
