import { VERSION_HEADER } from '@alloy/playground/pods';
import http from 'node:http';

export interface RealRequest {
  /** Host header, by which the gateway picks the route. */
  readonly host: string;
  /** Default `/`. */
  readonly path?: string;
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RealResponse {
  readonly status: number;
  /** Image tag of the container that answered; undefined: the gateway itself answered. */
  readonly version: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;

/** Sends one request to a port of loopback. Rejects if there is no complete response within 10 s. */
export function send(port: number, { host, path = '/', method = 'GET', headers }: RealRequest, agent?: http.Agent): Promise<RealResponse> {
  return new Promise((resolve, reject) => {
    const sent = http.request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers, host }, agent: agent ?? false, timeout: TIMEOUT_MS },
      (response) => {
        const chunks: Buffer[] = [];
        const version = response.headers[VERSION_HEADER] as string | undefined;
        response
          .on('data', (chunk: Buffer) => void chunks.push(chunk))
          .once('error', reject)
          .once('end', () =>
            resolve({ status: response.statusCode ?? 0, version, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
          );
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`no response within ${TIMEOUT_MS / 1_000} s`)));
    sent.once('error', reject).end();
  });
}
