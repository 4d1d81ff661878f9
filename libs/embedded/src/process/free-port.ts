import { createServer } from 'node:net';

/** Below the ephemeral range: the system could assign an ephemeral port to a client before the caller listens. */
const FIRST = 12_000;
const COUNT = 20_000;
/** Concurrent processes start at distant ports. */
let tried = (process.pid * 997) % COUNT;

/** A loopback port without a listener; never returned twice to this process. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < COUNT; attempt += 1) {
    const port = FIRST + (tried++ % COUNT);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`every port from ${FIRST} to ${FIRST + COUNT - 1} is in use`);
}

/** Whether a process could listen on the loopback port now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
