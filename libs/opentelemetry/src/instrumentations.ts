import { FastifyOtelInstrumentation } from '@fastify/otel';
import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import type { RequestOptions } from 'node:http';
import { BundledPgInstrumentation } from './pg-instrumentation';
import { shownUrl } from './shown-url';

export interface InstrumentationOptions {
  /** Of requests that are neither recorded nor passed on: probes and scrapes. */
  readonly ignoredPaths: ReadonlySet<string>;
  /** Paths of outgoing requests hold secrets, as those of webhooks: spans have the host alone. */
  readonly secretPaths: boolean;
}

const UNKNOWN_ROUTE = 'unknown';

/**
 * The official instrumentations with their defaults, but for this: outgoing requests and queries make spans within other spans only, hooks of Fastify none,
 * and no span has a value that a caller put into a URL. They are in effect once constructed, that of Postgres once it has patched a driver.
 */
export function createInstrumentations({ ignoredPaths, secretPaths }: InstrumentationOptions): { readonly http: HttpInstrumentation; readonly fastify: FastifyOtelInstrumentation; readonly pg: BundledPgInstrumentation } {
  const isIgnored = ({ url }: { readonly url?: string | undefined }): boolean => ignoredPaths.has(url?.split('?')[0] ?? '');
  // That of HTTP first: it patches at the next look-up of the module.
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
      // By the route: what a caller puts into a path may be a secret in the wrong place.
      for (const one of [span, getRPCMetadata(context.active())?.span]) one?.setAttribute('url.path', routeOptions.url ?? UNKNOWN_ROUTE);
    },
  });
  const pg = new BundledPgInstrumentation({ requireParentSpan: true });
  for (const name of ['http', 'https']) process.getBuiltinModule(name);
  return { http, fastify, pg };
}
