import { Agent, request } from 'node:http';

/** One connection, kept open, that posts JSON, one request after the other. */
export class Poster {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** Resolves with the whole answer's text. Rejects unless the status is 202. */
  post(url: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', agent: this.agent, headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length } };
      const asked = request(url, options, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('error', reject).on('end', () => {
          if (answer.statusCode === 202) resolve(text);
          else reject(new Error(`${url} was answered ${answer.statusCode}: ${text}`));
        });
      });
      asked.on('error', reject).end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
