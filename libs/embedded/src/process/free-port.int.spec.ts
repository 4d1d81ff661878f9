import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { freePort, isPortFree } from './free-port';

it('freePort returns a port outside the ephemeral range, once per process', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
  expect(Math.max(...ports)).toBeLessThan(32_768);
  const taken = createServer().listen(ports[0], '127.0.0.1');
  await once(taken, 'listening');
  expect(await isPortFree((taken.address() as AddressInfo).port)).toBe(false);
  expect(await isPortFree(ports[1]!)).toBe(true);
  await new Promise((resolve) => taken.close(resolve));
});

it('freePort skips a port with a listener', async () => {
  let next: number;
  do next = (await freePort()) + 1;
  while (!(await isPortFree(next)));
  const squatter = createServer().listen(next, '127.0.0.1');
  await once(squatter, 'listening');
  expect(await freePort()).not.toBe(next);
  await new Promise((resolve) => squatter.close(resolve));
});
