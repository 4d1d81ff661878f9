import type { WorkSpan } from '@alloy/opentelemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { spanRecorder } from './recorder';
import { runIn, type Scope } from './scope';
import { endScope } from './trace';
import { parseTraceparent } from './traceparent';

/**
 * Gives each request its own scope in the caller's trace, whose id is in its log lines. Its span is that of the
 * instrumentation of node:http, if there is one.
 */
export function traceRequests(app: NestFastifyApplication): void {
  // A request that Fastify refuses itself, for example for a malformed path, has no scope.
  const scopes = new WeakMap<FastifyRequest, Scope>();
  app.getHttpAdapter().getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      scopes.set(request, { span: spanRecorder().request() ?? spanOf(request) });
      done();
    })
    // Reading a body leaves the async context of `onRequest`, so the scope starts after it.
    .addHook('preValidation', (request, _reply, done) => {
      const scope = scopes.get(request);
      if (scope) runIn(scope, done);
      else done();
    })
    .addHook('onResponse', (request, reply, done) => {
      const scope = scopes.get(request);
      if (scope) endScope(scope, reply.statusCode >= 500 ? new Error() : undefined);
      done();
    });
}

/** The name has the route, never the path: a caller may put a secret into a path by mistake. */
function spanOf(request: FastifyRequest): WorkSpan {
  const span = spanRecorder().begin(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, 'server', {});
  const parent = parseTraceparent(request.headers.traceparent);
  if (parent) span.follow(parent);
  return span;
}
