import type { LookupAddress } from 'node:dns';
import { addressGuard } from '@alloy/service';
import { Receiver } from '../testing/receiver';
import { httpClient } from './http-client';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await Receiver.open();
});
afterEach(() => receiver.close());

const port = () => new URL(receiver.url()).port;
/** A name server that returns the next answer to each query. */
const names = (...answers: string[]) => (_host: string, _options: object, callback: (error: null, addresses: LookupAddress[]) => void) => {
  const address = answers.length > 1 ? answers.shift()! : answers[0]!;
  callback(null, [{ address, family: 4 }]);
};

describe('the HTTP client', () => {
  it('connects to the checked address, resolving it once', async () => {
    const http = httpClient(addressGuard({ allowLoopback: true, resolve: names('127.0.0.1', '192.0.2.1') }));
    expect(await http.post(`http://hook.example:${port()}/x`, '{}')).toMatchObject({ status: 200, text: 'ok' });
    expect(receiver.got).toMatchObject([{ path: '/x', headers: { host: `hook.example:${port()}` } }]);
  });

  it('does not connect to loopback if a name\'s address changes', async () => {
    const http = httpClient(addressGuard({ allowLoopback: false, resolve: names('127.0.0.1') }));
    await expect(http.post(`http://hook.example:${port()}/x`, '{}')).rejects.toMatchObject({
      verdict: 'retry',
      message: 'no answer: address_refused',
    });
    expect(receiver.got).toEqual([]);
  });

  it.each(['http://127.0.0.1', 'http://0x7f.1', 'http://2130706433', 'http://[::ffff:127.0.0.1]', 'http://127.0.0.1.'])(
    'refuses loopback as %s',
    async (origin) => {
      await expect(httpClient(addressGuard({ allowLoopback: false })).post(`${origin}:${port()}/x`, '{}')).rejects.toMatchObject({
        code: 'send_failed',
      });
      expect(receiver.got).toEqual([]);
    },
  );

  it.each(['file:///etc/passwd', 'ftp://example.com/x', 'not a url', ''])(
    'refuses %j as a URL without repeating it in the error',
    async (url) => {
      await expect(httpClient(addressGuard({ allowLoopback: true })).post(url, '{}')).rejects.toMatchObject({
        verdict: 'disable',
        message: 'the secret is not an http or https URL',
      });
    },
  );

  it('reads only the first part of a long answer', async () => {
    receiver.replies.push({ body: 'x'.repeat(1_000_000) });
    expect((await httpClient(addressGuard({ allowLoopback: true })).post(receiver.url(), '{}')).text.length).toBe(65_536);
  });

  it('times out if a receiver does not answer in time', async () => {
    receiver.replies.push('stall');
    await expect(httpClient(addressGuard({ allowLoopback: true }), 200).post(receiver.url(), '{}')).rejects.toMatchObject({
      verdict: 'retry',
      message: 'no answer in time',
    });
  });
});
