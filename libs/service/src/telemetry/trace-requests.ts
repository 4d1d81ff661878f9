import type { WorkSpan } from '@alloy/opentelemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { spanRecorder } from './recorder';
import { runIn, type Scope } from './scope';
import { endScope } from './trace';
import { parseTraceparent } from './traceparent';

/** Each request is work of its own in the caller's trace; its log lines carry the trace. Its span is that of the instrumentation of node:http, where there is one. */
export function traceRequests(app: NestFastifyApplication): void {
  // A request that Fastify refuses by itself, a malformed path say, has none.
  const scopes = new WeakMap<FastifyRequest, Scope>();
  app.getHttpAdapter().getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      scopes.set(request, { span: spanRecorder().request() ?? spanOf(request) });
      done();
    })
    // Reading a body leaves the async context of `onRequest`: the scope begins after it.
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

/** Named by the route, never by the path: what a caller puts into a path may be a secret in the wrong place. */
function spanOf(request: FastifyRequest): WorkSpan {
  const span = spanRecorder().begin(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, 'server', {});
  const parent = parseTraceparent(request.headers.traceparent);
  if (parent) span.follow(parent);
  return span;
}
