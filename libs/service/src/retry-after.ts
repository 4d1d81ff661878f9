import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Default of `Retry-After` in seconds: longer than a service takes to reconnect, and too short to notice. */
const DEFAULT_SECONDS = 2;
const PASSING: ReadonlySet<number> = new Set([429, 503]);

/** Sets `Retry-After` (RFC 9110, 10.2.3) in every response with 429 or 503, unless it is already set. */
export function addRetryAfter(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().addHook('onSend', async (_request, reply) => {
    if (PASSING.has(reply.statusCode) && !reply.hasHeader('retry-after')) void reply.header('retry-after', DEFAULT_SECONDS);
  });
}
