import { ProblemError } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Answers 400 to a path or a query with NUL on every route, because no name contains NUL and Postgres refuses it in
 * text.
 */
export function refuseNul(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().addHook('onRequest', async ({ url }) => {
    if (url.includes('%00')) throw new ProblemError({ status: 400, code: 'bad_text', detail: 'A path or a query must not contain NUL.' });
  });
}
