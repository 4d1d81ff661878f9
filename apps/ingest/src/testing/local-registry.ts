import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The behaviour of a registry: serves its images to all clients, or with a token, omits the digest, redirects, fails,
 * or does not respond.
 */
export type RegistryManner = 'open' | 'token' | 'noDigest' | 'redirect' | 'toMetadata' | 'endless' | 'broken' | 'silent' | 'closed';

export interface LocalRegistry {
  readonly host: string;
  manner: RegistryManner;
  /** Stores an image under a tag of `shop/web`; returns its digest. */
  push(tag: string): string;
  /** All requests so far. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

const manifestPath = /^\/v2\/shop\/web\/manifests\/(.+)$/;

/** A registry by the OCI distribution specification, limited to the look-up of a tag. */
export async function openRegistry(): Promise<LocalRegistry> {
  const tags = new Map<string, Buffer>();
  const asked: string[] = [];
  const token = randomBytes(16).toString('hex');
  const registry = { manner: 'open' as RegistryManner };

  const manifest = (request: IncomingMessage, response: ServerResponse, tag: string): void => {
    const body = tags.get(tag);
    if (!body) return void response.writeHead(404).end();
    const digest = registry.manner === 'noDigest' ? {} : { 'docker-content-digest': digestOf(body) };
    response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json', 'content-length': body.length, ...digest });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const url = new URL(request.url!, `http://${request.headers.host}`);
    const tag = manifestPath.exec(url.pathname)?.[1] ?? '';
    if (url.pathname === '/token')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
    switch (registry.manner) {
      case 'silent': return;
      case 'broken': return void response.writeHead(500).end();
      case 'closed': return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      case 'endless': return void response.writeHead(302, { location: url.pathname }).end();
      case 'toMetadata': return void response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data' }).end();
      case 'redirect':
        if (url.searchParams.has('moved')) return manifest(request, response, tag);
        return void response.writeHead(307, { location: `${url.pathname}?moved` }).end();
      case 'token':
        if (request.headers.authorization === `Bearer ${token}`) return manifest(request, response, tag);
        return void response
          .writeHead(401, {
            'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="local",scope="repository:shop/web:pull"`,
          })
          .end();
      case 'open':
      case 'noDigest': return manifest(request, response, tag);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(registry, {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    push(tag: string) {
      const body = Buffer.from(
        JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { tag, build: randomBytes(8).toString('hex') } }),
      );
      tags.set(tag, body);
      return digestOf(body);
    },
    close: () => new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  });
}

const digestOf = (body: Buffer): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;
