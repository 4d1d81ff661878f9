import { FastifyOtelInstrumentation } from '@fastify/otel';
import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import type { RequestOptions } from 'node:http';
import { BundledPgInstrumentation } from './pg-instrumentation';
import { shownUrl } from './shown-url';

export interface InstrumentationOptions {
  /** Paths of requests that are neither recorded nor propagated: probes and scrapes. */
  readonly ignoredPaths: ReadonlySet<string>;
  /** Paths of outgoing requests are secrets, like those of webhooks: spans contain only the host. */
  readonly secretPaths: boolean;
}

const UNKNOWN_ROUTE = 'unknown';

/**
 * The official instrumentations with their defaults, except that outgoing requests and queries create spans only within
 * other spans, hooks of Fastify create none, and no span contains a value from a URL. They are active once constructed,
 * that of Postgres once it has patched a driver.
 */
export function createInstrumentations({ ignoredPaths, secretPaths }: InstrumentationOptions): {
  readonly http: HttpInstrumentation;
  readonly fastify: FastifyOtelInstrumentation;
  readonly pg: BundledPgInstrumentation;
} {
  const isIgnored = ({ url }: { readonly url?: string | undefined }): boolean => ignoredPaths.has(url?.split('?')[0] ?? '');
  // HTTP first, because it patches the module at its next import.
  const http = new HttpInstrumentation({
    requireParentforOutgoingSpans: true,
    ignoreIncomingRequestHook: isIgnored,
    startIncomingSpanHook: () => ({ 'url.path': UNKNOWN_ROUTE, 'url.query': undefined }),
    startOutgoingSpanHook: (request) => ({ 'url.full': shownUrl(request as RequestOptions, secretPaths) }),
  });
  const fastify = new FastifyOtelInstrumentation({
    registerOnInitialization: true,
    instrumentHooks: false,
    ignorePaths: isIgnored,
    requestHook(span, { routeOptions }) {
      // The span has the route, because a caller may put a secret into a path by mistake.
      for (const one of [span, getRPCMetadata(context.active())?.span]) one?.setAttribute('url.path', routeOptions.url ?? UNKNOWN_ROUTE);
    },
  });
  const pg = new BundledPgInstrumentation({ requireParentSpan: true });
  for (const name of ['http', 'https']) process.getBuiltinModule(name);
  return { http, fastify, pg };
}
