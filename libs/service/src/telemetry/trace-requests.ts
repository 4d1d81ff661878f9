import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { runIn, type Scope } from './scope';
import { Span } from './span';
import { endScope, followTrace } from './trace';

/** Each request is work of its own that follows the caller's `traceparent`; its log lines carry the trace. What only reads is not told. */
export function traceRequests(app: NestFastifyApplication): void {
  // A request that Fastify refuses by itself, a malformed path say, has none.
  const scopes = new WeakMap<FastifyRequest, Scope>();
  app.getHttpAdapter().getInstance()
    .addHook('onRequest', (request, _reply, done) => {
      const scope = scopeOf(request);
      scopes.set(request, scope);
      runIn(scope, () => followTrace(headerOf(request)));
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
      scope?.span.set({ 'http.response.status_code': reply.statusCode });
      if (scope) endScope(scope, reply.statusCode >= 500 ? new Error() : undefined);
      done();
    });
}

/** By the route, never by the path: what a caller puts into a path is nobody else's business. */
function scopeOf(request: FastifyRequest): Scope {
  const route = request.routeOptions.url ?? 'unknown';
  return { span: new Span(`${request.method} ${route}`, 'server', { 'http.request.method': request.method, 'http.route': route }) };
}

function headerOf(request: FastifyRequest): string | undefined {
  const { traceparent } = request.headers;
  return typeof traceparent === 'string' ? traceparent : undefined;
}
