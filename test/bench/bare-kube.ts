import { readFileSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { KubeObject } from '@alloy/contracts';

/** The least that a client of the Kubernetes API can be: kept connections, no cache, no retries. */
export class BareKube {
  private readonly agent: http.Agent;
  private readonly token: string;

  /** `url`: over HTTP, or HTTPS, whose certificate is not checked. */
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
    return (await this.ask('GET', path)) as T;
  }

  /** Without a body. */
  post(path: string): Promise<unknown> {
    return this.ask('POST', path);
  }

  create(path: string, object: KubeObject): Promise<unknown> {
    return this.ask('POST', path, object);
  }

  /** A merge patch. */
  patch(path: string, change: unknown): Promise<unknown> {
    return this.ask('PATCH', path, change, 'application/merge-patch+json');
  }

  /** Tells of each object as it is and whenever it changes. Gives what ends that. */
  async watch(path: string, seen: (object: KubeObject) => void): Promise<() => void> {
    const answer = await this.send('GET', `${path}?watch=true`);
    let rest = '';
    answer
      .setEncoding('utf8')
      .on('error', () => undefined)
      .on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        for (const line of lines) seen((JSON.parse(line) as { object: KubeObject }).object);
      });
    return () => void answer.destroy();
  }

  close(): void {
    this.agent.destroy();
  }

  private async ask(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
    const answer = await this.send(method, path, body, type);
    let text = '';
    for await (const chunk of answer.setEncoding('utf8')) text += chunk as string;
    if ((answer.statusCode ?? 500) >= 300) throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${text}`);
    return JSON.parse(text);
  }

  private send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': type }) };
    const { request } = this.agent instanceof https.Agent ? https : http;
    return new Promise((resolve, reject) => {
      request(new URL(path, this.url), { method, agent: this.agent, headers }, resolve)
        .on('error', reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
