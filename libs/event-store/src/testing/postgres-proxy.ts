import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface PostgresProxy {
  /** The database's URL by way of the proxy. */
  readonly url: string;
  /**
   * What happens to the next COMMIT, or to the next statement that has `at` in its name, once:
   * `request`: the connection dies before Postgres sees it; `reply`: Postgres carries it out, and the connection dies before the answer is seen.
   */
  cutAtCommit(what: 'request' | 'reply', at?: string): void;
  /** How many were cut. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** A TCP proxy to Postgres that can lose a COMMIT or the answer to it. */
export async function postgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: 'request' | 'reply' | undefined;
  let trigger = 'COMMIT';
  let cuts = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    let deaf = false;
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', cut).on('close', () => sockets.delete(socket));
    }
    client.on('data', (data) => {
      const what = data.includes(trigger) ? armed : undefined;
      if (what === undefined) return void upstream.write(data);
      armed = undefined;
      cuts += 1;
      if (what === 'request') return cut();
      deaf = true;
      upstream.write(data);
    });
    upstream.on('data', (data) => (deaf ? cut() : client.write(data)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cutAtCommit: (what, at = 'COMMIT') => void ([armed, trigger] = [what, at]),
    get cuts() {
      return cuts;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
