import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface PostgresProxy {
  /** The database's URL through the proxy. */
  readonly url: string;
  /**
   * Cuts the connection once, at the next COMMIT or at the next statement with `at` in its name:
   * `request`: before Postgres receives it; `reply`: after Postgres has executed it and before the client gets the
   * response.
   */
  cutAtCommit(what: 'request' | 'reply', at?: string): void;
  /** Number of cuts. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** A TCP proxy to Postgres that can drop a COMMIT or its response. */
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
