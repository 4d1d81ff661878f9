import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseYaml } from 'yaml';
import type { Store } from '../store';
import type { ApiHooks } from './api-options';
import { decodeProtobuf } from './protobuf/decode-protobuf';
import { ApiError, badRequest } from './status';

/** Server state that all handlers use. */
export interface ApiContext {
  readonly store: Store;
  readonly hooks: ApiHooks;
  readonly clock: () => Date;
  readonly bookmarkEvery: number;
}

/** A request and its response. */
export interface Exchange extends ApiContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

const longestBody = 3 * 1024 * 1024;

/** Reads the body; 413 beyond 3 MiB, like the real server. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${longestBody}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export const mediaType = (request: IncomingMessage): string =>
  (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';

/** Parses the body as JSON, YAML or protobuf by its content type; `undefined` if it is empty; 415 for other types. */
export function parseBody(body: Buffer, type: string): unknown {
  if (body.length === 0) return undefined;
  if (type === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(body);
  const text = body.toString('utf8');
  try {
    if (type.endsWith('yaml')) return parseYaml(text, { maxAliasCount: 100 }) as unknown;
    if (type.endsWith('json')) return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`unable to parse the request's body: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new ApiError(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-cache, private',
    })
    .end(`${text}`);
}

/** Adds a warning header, which kubectl prints as `Warning: …`. */
export function warn(response: ServerResponse, text: string): void {
  response.appendHeader('Warning', `299 - "${text.replace(/[\\"]/g, '\\$&')}"`);
}
