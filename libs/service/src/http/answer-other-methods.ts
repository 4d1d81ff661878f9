import { METHODS } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problem-error';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The methods of a path, as in the header `Allow`; set on the routes that answer all its other methods. */
    allow?: string;
  }
}

/** Every method that the HTTP parser knows; Node closes the connection of a CONNECT without a listener. */
const known: readonly string[] = METHODS.filter((method) => method !== 'CONNECT');

/**
 * Collects the routes that are registered from now on. The returned function then registers all other methods of their
 * paths: OPTIONS gets 204, any other method gets 405 before the body is read, both with `Allow` (RFC 9110, 9.3.7 and
 * 15.5.6).
 */
export function answerOtherMethods(app: NestFastifyApplication): () => void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const taken = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method, config }) => {
    if (config?.allow !== undefined) return;
    const methods = taken.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    taken.set(url, methods);
  });
  fastify.addHook('onRequest', async ({ method, routeOptions: { config: { allow } } }, reply) => {
    if (allow === undefined) return;
    void reply.header('allow', allow);
    if (method !== 'OPTIONS')
      throw new ProblemError({ status: 405, code: 'method_not_allowed', detail: `This path supports only ${allow}.` });
  });
  return () => {
    for (const method of known) if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method);
    for (const [url, methods] of taken) register(fastify, url, [...methods]);
  };
}

function register(fastify: FastifyInstance, url: string, taken: readonly string[]): void {
  const method = known.filter((one) => !taken.includes(one));
  const allow = [...new Set([...taken, 'OPTIONS'])].join(', ');
  fastify.route({ method, url, config: { allow }, exposeHeadRoute: false, handler: (_request, reply) => reply.status(204).send() });
}
