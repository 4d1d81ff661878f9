import { Agent, request } from 'node:http';

/** An answer, whatever its status. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  /** Seconds; 0 where the answer names none. */
  readonly retryAfter: number;
}

/** One connection, kept open, that posts JSON, one request after the other. */
export class Poster {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Resolves with the whole answer's text. Rejects unless the status is 202. */
  async post(url: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { status, text } = await this.ask(url, body, headers);
    if (status !== 202) throw new Error(`${url} was answered ${status}: ${text}`);
    return text;
  }

  /** Resolves with the whole answer. */
  ask(url: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        agent: this.agent,
        headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
      };
      const asked = request(url, options, (answer) => {
        let text = '';
        answer
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('error', reject)
          .on('end', () => resolve({ status: answer.statusCode ?? 0, text, retryAfter: Number(answer.headers['retry-after'] ?? 0) }));
      });
      asked.on('error', reject).end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
