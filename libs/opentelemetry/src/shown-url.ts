import type { RequestOptions } from 'node:http';
import { isIPv6 } from 'node:net';

const REDACTED = 'REDACTED';

/** A URL for spans: without login and query, which may be secrets, and without a secret path. */
export function shownUrl(
  { protocol, hostname, host, port, path }: Pick<RequestOptions, 'protocol' | 'hostname' | 'host' | 'port' | 'path'>,
  secretPath: boolean,
): string {
  const name = hostname ?? host ?? 'localhost';
  const origin = `${protocol ?? 'http:'}//${isIPv6(name) ? `[${name}]` : name}`;
  return `${origin}${port ? `:${port}` : ''}/${secretPath ? REDACTED : (path ?? '/').split('?')[0]!.slice(1)}`;
}
