import { createServer } from 'node:net';

/** Below those that systems give to whoever connects: such a port could be taken again before anybody listens on it. */
const FIRST = 12_000;
const COUNT = 20_000;
/** Processes that look at the same time begin far from each other. */
let tried = (process.pid * 997) % COUNT;

/** A loopback port that nobody listens on now; this process is given each but once. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < COUNT; attempt += 1) {
    const port = FIRST + (tried++ % COUNT);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`every port from ${FIRST} to ${FIRST + COUNT - 1} is taken`);
}

/** Whether a loopback port could be listened on now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
