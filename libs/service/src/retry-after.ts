import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Seconds after which a client may ask again where nothing better is known: longer than a service takes to connect anew, shorter than anybody notices. */
const DEFAULT_SECONDS = 2;
const PASSING: ReadonlySet<number> = new Set([429, 503]);

/** Gives every answer 429 and 503 a `Retry-After` (RFC 9110, 10.2.3), whoever made it, unless it has one. */
export function addRetryAfter(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().addHook('onSend', async (_request, reply) => {
    if (PASSING.has(reply.statusCode) && !reply.hasHeader('retry-after')) void reply.header('retry-after', DEFAULT_SECONDS);
  });
}
