import type { IncomingMessage } from 'node:http';

const LINE_LIMIT = 16 * 1024 * 1024;

/** Yields the lines of the response as they arrive. Throws if a line is longer than 16 MiB. */
export async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    rest += chunk as string;
    const parts = rest.split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (line.trim() !== '') yield line;
    if (rest.length > LINE_LIMIT) throw new Error('a line of the watch is too long');
  }
}
