import { request } from 'node:http';
import { connect } from 'node:net';
import { seededRandom } from '../seeded-ids';
import { ContainerServer, VERSION_HEADER } from './container-server';

describe('a container that drains', () => {
  const start = async (): Promise<{ server: ContainerServer; port: number }> => {
    const server = new ContainerServer({ behaviour: { kind: 'good' }, random: seededRandom(1), log: () => undefined });
    return { server, port: await server.listen() };
  };
  const ask = (port: number): Promise<number | string | undefined> =>
    new Promise((resolve) => {
      request({ host: '127.0.0.1', port, agent: false }, (response) => resolve(response.resume().statusCode))
        .once('error', ({ message }) => resolve(message))
        .end();
    });
  /** Delays each turn of the event loop by `ms`, like an overloaded machine. Returns a function that stops this. */
  const stallEachTurn = (ms: number): (() => void) => {
    let next = setImmediate(function stall() {
      const end = performance.now() + ms;
      while (performance.now() < end);
      next = setImmediate(stall);
    });
    return () => clearImmediate(next);
  };

  it('answers all connected clients, however slow the event loop is', async () => {
    const { server, port } = await start();
    const resume = stallEachTurn(15);
    try {
      const answers = Array.from({ length: 40 }, () => ask(port));
      await server.drain(5, 30_000);
      expect(await Promise.all(answers)).toEqual(answers.map(() => 200));
      expect(await ask(port)).toContain('ECONNREFUSED');
    } finally {
      resume();
      server.kill();
    }
  });

  it('closes connections without a request at the time limit', async () => {
    const { server, port } = await start();
    const silent = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => silent.once('close', resolve).resume());
    await new Promise((resolve) => silent.once('connect', resolve));
    const since = performance.now();
    await server.drain(5, 100);
    expect(performance.now() - since).toBeGreaterThanOrEqual(95);
    await closed;
    expect(await ask(port)).toContain('ECONNREFUSED');
  });
});

it('names its version in the responses of the application', async () => {
  const server = new ContainerServer({ behaviour: { kind: 'good' }, random: seededRandom(1), log: () => undefined, version: 'v2' });
  try {
    const { headers } = await fetch(`http://127.0.0.1:${await server.listen()}/`);
    expect(headers.get(VERSION_HEADER)).toBe('v2');
  } finally {
    server.kill();
  }
});
