import { connect } from 'node:net';
import type { Answer } from './answer';

/** Sends these bytes unchanged, and returns the bytes of the response after the server closes the connection. */
export function sendBytes(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk)).on('close', () => resolve(received)).on('error', reject);
  });
}

/** The same, with the parsed response. */
export const sendRaw = (port: number, text: string): Promise<Answer> => sendBytes(port, text).then(answerOf);

/** The head of a POST, to which the body may be appended. */
export const rawHead = (path: string, headers: Readonly<Record<string, string>>): string =>
  [`POST ${path} HTTP/1.1`, 'host: x', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');

function answerOf(received: string): Answer {
  const [head = '', text = ''] = received.split('\r\n\r\n');
  const type = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? null;
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), type, json: text.startsWith('{') ? JSON.parse(text) : undefined, text };
}
