import { ProblemError } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** No name that is asked for has NUL in it, and Postgres takes none as text: a path or a query with it is 400 on every route. */
export function refuseNul(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().addHook('onRequest', async ({ url }) => {
    if (url.includes('%00')) throw new ProblemError({ status: 400, code: 'bad_text', detail: 'A path or a query with NUL is not taken.' });
  });
}
