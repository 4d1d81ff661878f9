import type { Logger } from 'pino';
import { rarely } from './rarely';

const EVERY_MS = 60_000;

/** A line at most once a minute for each reason, with how many messages there were: somebody else publishes on Alloy's subjects. */
export function forgedLog(logger: Logger): (message: { readonly reason: string; readonly subject: string }) => void {
  const byReason = new Map<string, (message: unknown) => void>();
  return (message) => {
    const log = byReason.get(message.reason) ?? rarely((last, times) => logger.error({ alert: 'forged_message', ...(last as typeof message), times }, 'ignored a message that no service of Alloy sent: give NATS credentials and subject permissions to each service'), EVERY_MS);
    byReason.set(message.reason, log);
    log(message);
  };
}
