import { readFileSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { KubeObject } from '@alloy/contracts';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** Content type of the body. */
  readonly type?: string;
}

/** A minimal client of the Kubernetes API: persistent connections, no cache, no retries. */
export class BareKube {
  private readonly agent: http.Agent;
  private readonly token: string;

  /** `url`: HTTP or HTTPS; the certificate is not checked. */
  constructor(
    private readonly url: URL | string,
    kubeconfig: string,
  ) {
    this.agent =
      new URL(url).protocol === 'https:'
        ? new https.Agent({ keepAlive: true, rejectUnauthorized: false })
        : new http.Agent({ keepAlive: true });
    this.token = (JSON.parse(readFileSync(kubeconfig, 'utf8')) as { users: [{ user: { token: string } }] }).users[0].user.token;
  }

  async get<T>(path: string): Promise<T> {
    return (await this.request('GET', path)) as T;
  }

  /** Sends no body. */
  post(path: string): Promise<unknown> {
    return this.request('POST', path);
  }

  create(path: string, object: KubeObject): Promise<unknown> {
    return this.request('POST', path, object);
  }

  /** Sends a merge patch. */
  patch(path: string, change: unknown): Promise<unknown> {
    return this.request('PATCH', path, change, 'application/merge-patch+json');
  }

  /** Sends the body as it is. Resolves with the status of any response, once it is complete. */
  async repeat({ method, path, body, type }: RawRequest): Promise<number> {
    const response = await this.send(method, path, body, type);
    for await (const _chunk of response);
    return response.statusCode ?? 500;
  }

  /** Calls `onObject` with each existing object and after each change. Returns a function that ends the watch. */
  async watch(path: string, onObject: (object: KubeObject) => void): Promise<() => void> {
    const response = await this.send('GET', `${path}?watch=true`);
    let rest = '';
    response
      .setEncoding('utf8')
      .on('error', () => undefined)
      .on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        for (const line of lines) onObject((JSON.parse(line) as { object: KubeObject }).object);
      });
    return () => void response.destroy();
  }

  close(): void {
    this.agent.destroy();
  }

  private async request(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
    const response = await this.send(method, path, body, type);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
    if ((response.statusCode ?? 500) >= 300) throw new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`);
    return JSON.parse(text);
  }

  private send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': type }) };
    const { request } = this.agent instanceof https.Agent ? https : http;
    return new Promise((resolve, reject) => {
      request(new URL(path, this.url), { method, agent: this.agent, headers }, resolve)
        .on('error', reject)
        .end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
    });
  }
}
