import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Certificate } from './self-signed-certificate';

export interface Listening {
  readonly port: number;
  /** Also ends all connections. */
  close(): Promise<void>;
}

const tlsHandshake = 0x16;

/** Serves HTTP and, with a certificate, HTTPS on one port; the first byte of a connection determines the protocol. */
export async function listen(
  handle: RequestListener,
  { port, host, certificate }: { readonly port: number; readonly host: string; readonly certificate?: Certificate },
): Promise<Listening> {
  const plain = createHttpServer(handle);
  const secure = certificate && createHttpsServer({ key: certificate.key, cert: certificate.cert }, handle);
  // Watches last longer than the default request timeout.
  for (const server of [plain, secure]) if (server) server.requestTimeout = 0;
  const sockets = new Set<Socket>();
  const front = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => handOver(socket, first, first[0] === tlsHandshake ? secure : plain));
  });
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(port, host, resolve);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      front.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port: (front.address() as AddressInfo).port, close };
}

function handOver(socket: Socket, first: Buffer, server: Server | undefined): void {
  if (!server) return void socket.destroy();
  socket.pause();
  socket.unshift(first);
  server.emit('connection', socket);
  process.nextTick(() => socket.resume());
}
