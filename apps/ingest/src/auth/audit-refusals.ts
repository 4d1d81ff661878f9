import { LOGGER } from '@alloy/service';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { Authenticated } from './caller';

/** Logs a line for each denied request: account, address and route, but no content of the request. */
export function auditRefusals(app: NestFastifyApplication): void {
  const logger = app.get<Logger>(LOGGER);
  app.getHttpAdapter().getInstance().addHook('onResponse', async (request, reply) => {
    if (reply.statusCode !== 401 && reply.statusCode !== 403) return;
    const { caller } = request as Authenticated;
    logger.warn(
      {
        audit: 'refused', status: reply.statusCode, method: request.method, route: request.routeOptions.url,
        address: request.ip,
        account: caller?.account ?? null,
      },
      'request denied',
    );
  });
}
