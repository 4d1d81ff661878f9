import { Agent, request } from 'node:http';

/** A response with any status. */
export interface Response {
  readonly status: number;
  readonly text: string;
  /** Seconds; 0 if the response has no Retry-After. */
  readonly retryAfter: number;
}

/** Posts JSON over one persistent connection, one request after the other. */
export class PostClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Returns the body of the response. Rejects unless the status is 202. */
  async post(url: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { status, text } = await this.send(url, body, headers);
    if (status !== 202) throw new Error(`${url} was answered ${status}: ${text}`);
    return text;
  }

  /** Returns the complete response. */
  send(url: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        agent: this.agent,
        headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
      };
      const sent = request(url, options, (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('error', reject)
          .on('end', () => resolve({ status: response.statusCode ?? 0, text, retryAfter: Number(response.headers['retry-after'] ?? 0) }));
      });
      sent.on('error', reject).end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
