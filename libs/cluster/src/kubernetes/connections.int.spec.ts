import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AppsV1Api, createConfiguration, ServerConfiguration, wrapHttpLibrary } from '@kubernetes/client-node';
import { selfSignedCertificate } from '@alloy/playground';
import { base64, emptyList, TestNetwork } from '../testing/test-network';
import { KeptAliveLibrary } from './kept-alive-library';

let network: TestNetwork;
beforeEach(() => (network = new TestNetwork()));
afterEach(() => network.close());

const deployments = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' };

describe('connections to the API server', () => {
  it('are reused: 20 lists open one', async () => {
    const server = await network.listen(http.createServer(emptyList));
    const cluster = network.cluster({ server: `http://127.0.0.1:${server.port}` });
    for (let n = 0; n < 20; n += 1) await cluster.list(deployments);
    expect(server.connections).toBe(1);
  });

  it('are reused by a client of client-node that uses KeptAliveLibrary: 20 lists open one', async () => {
    const server = await network.listen(http.createServer(emptyList));
    const url = `http://127.0.0.1:${server.port}`;
    const library = new KeptAliveLibrary(network.access({ server: url }, { token: 't' }));
    network.onClose(() => library.close());
    const api = new AppsV1Api(
      createConfiguration({ baseServer: new ServerConfiguration(url, {}), httpApi: wrapHttpLibrary(library) }) as never,
    );
    for (let n = 0; n < 20; n += 1) expect((await api.listNamespacedDeployment({ namespace: 'shop' })).items).toEqual([]);
    expect(server.connections).toBe(1);
  });

  it.each(['directly', 'through a SOCKS proxy'])(
    'are reused over TLS with a client certificate, and replaced when the certificate has been rotated, %s',
    async (route) => {
      const certificate = selfSignedCertificate();
      const [first, second] = [selfSignedCertificate(), selfSignedCertificate()];
      const peers: string[] = [];
      const peerOf = ({ socket }: IncomingMessage): string => (socket as TLSSocket).getPeerCertificate().serialNumber;
      const options = { ...certificate, requestCert: true, rejectUnauthorized: false };
      const server = await network.listen(
        https.createServer(options, (request, response) => {
          peers.push(peerOf(request));
          emptyList(request, response as never);
        }),
        'secureConnection',
      );
      const proxy =
        route === 'directly'
          ? {}
          : { 'proxy-url': `socks5://127.0.0.1:${(await network.listen(createServer((socket) => socks(socket, server.port)))).port}` };
      for (const name of ['cert', 'key'] as const) network.write(name, first[name]);
      const cluster = network.cluster(
        { server: `https://127.0.0.1:${server.port}`, 'certificate-authority-data': base64(certificate.cert), ...proxy },
        { 'client-certificate': 'cert', 'client-key': 'key' },
      );
      await cluster.list(deployments);
      await cluster.list(deployments);
      expect(server.connections).toBe(1);
      for (const name of ['cert', 'key'] as const) network.write(name, second[name]);
      await cluster.list(deployments);
      expect(server.connections).toBe(2);
      expect([peers[0] === peers[1], peers[1] === peers[2]]).toEqual([true, false]);
    },
  );

  it('fail for a server whose certificate is not signed by a CA of the kubeconfig', async () => {
    const server = await network.listen(https.createServer(selfSignedCertificate(), emptyList as never));
    await expect(network.cluster({ server: `https://127.0.0.1:${server.port}` }).list(deployments)).rejects.toMatchObject({
      code: 'unreachable',
    });
    await expect(
      network.cluster({ server: `https://127.0.0.1:${server.port}`, 'insecure-skip-tls-verify': true }).list(deployments),
    ).resolves.toEqual([]);
  });

  it('use the proxy of the kubeconfig, and are reused', async () => {
    const certificate = selfSignedCertificate();
    const server = await network.listen(https.createServer(certificate, emptyList as never), 'secureConnection');
    const asked: string[] = [];
    const proxy = http.createServer().on('connect', (request, socket: Socket) => {
      asked.push(request.url ?? '');
      const tunnel = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        tunnel.pipe(socket).pipe(tunnel);
      });
      for (const end of [socket, tunnel]) end.on('error', () => undefined);
    });
    const { port } = await network.listen(proxy);
    const cluster = network.cluster({
      server: 'https://localhost:6443',
      'certificate-authority-data': base64(certificate.cert),
      'proxy-url': `http://127.0.0.1:${port}`,
    });
    for (let n = 0; n < 3; n += 1) await cluster.list(deployments);
    expect([asked, server.connections]).toEqual([['localhost:6443'], 1]);
  });

  it('use the SOCKS proxy of the kubeconfig, and are reused', async () => {
    const certificate = selfSignedCertificate();
    const server = await network.listen(https.createServer(certificate, emptyList as never), 'secureConnection');
    const proxy = await network.listen(createServer((socket) => socks(socket, server.port)));
    const cluster = network.cluster({
      server: 'https://localhost:6443',
      'certificate-authority-data': base64(certificate.cert),
      'proxy-url': `socks5://127.0.0.1:${proxy.port}`,
    });
    for (let n = 0; n < 3; n += 1) await cluster.list(deployments);
    expect([proxy.connections, server.connections]).toEqual([1, 1]);
  });
});

/** A SOCKS 5 proxy (RFC 1928) without authentication that connects each client to `port`, whatever it requests. */
function socks(socket: Socket, port: number): void {
  socket.on('error', () => undefined);
  socket.once('data', () => {
    socket.write(Buffer.from([5, 0]));
    socket.once('data', () => {
      const tunnel = connect(port, '127.0.0.1', () => {
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        tunnel.pipe(socket).pipe(tunnel);
      });
      tunnel.on('error', () => undefined);
    });
  });
}
