import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AppsV1Api, createConfiguration, ServerConfiguration, wrapHttpLibrary } from '@kubernetes/client-node';
import { selfSignedCertificate } from '@alloy/playground';
import { base64, emptyList, Wire } from '../testing/wire';
import { KeptAliveLibrary } from './kept-alive-library';

let wire: Wire;
beforeEach(() => (wire = new Wire()));
afterEach(() => wire.close());

const deployments = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' };

describe('connections to the API server', () => {
  it('are one for 20 lists', async () => {
    const server = await wire.listen(http.createServer(emptyList));
    const cluster = wire.cluster({ server: `http://127.0.0.1:${server.port}` });
    for (let n = 0; n < 20; n += 1) await cluster.list(deployments);
    expect(server.connections).toBe(1);
  });

  it('are one for 20 lists by a client of client-node that uses this HTTP library', async () => {
    const server = await wire.listen(http.createServer(emptyList));
    const url = `http://127.0.0.1:${server.port}`;
    const library = new KeptAliveLibrary(wire.access({ server: url }, { token: 't' }));
    wire.onClose(() => library.close());
    const api = new AppsV1Api(createConfiguration({ baseServer: new ServerConfiguration(url, {}), httpApi: wrapHttpLibrary(library) }) as never);
    for (let n = 0; n < 20; n += 1) expect((await api.listNamespacedDeployment({ namespace: 'shop' })).items).toEqual([]);
    expect(server.connections).toBe(1);
  });

  it.each(['directly', 'through a SOCKS proxy'])('are kept over TLS with a client certificate, and opened anew when the certificate has been rotated, %s', async (way) => {
    const certificate = selfSignedCertificate();
    const [first, second] = [selfSignedCertificate(), selfSignedCertificate()];
    const peers: string[] = [];
    const peerOf = ({ socket }: IncomingMessage): string => (socket as TLSSocket).getPeerCertificate().serialNumber;
    const options = { ...certificate, requestCert: true, rejectUnauthorized: false };
    const server = await wire.listen(https.createServer(options, (request, response) => {
      peers.push(peerOf(request));
      emptyList(request, response as never);
    }), 'secureConnection');
    const proxy = way === 'directly' ? {} : { 'proxy-url': `socks5://127.0.0.1:${(await wire.listen(createServer((socket) => socks(socket, server.port)))).port}` };
    for (const name of ['cert', 'key'] as const) wire.write(name, first[name]);
    const cluster = wire.cluster({ server: `https://127.0.0.1:${server.port}`, 'certificate-authority-data': base64(certificate.cert), ...proxy }, { 'client-certificate': 'cert', 'client-key': 'key' });
    await cluster.list(deployments);
    await cluster.list(deployments);
    expect(server.connections).toBe(1);
    for (const name of ['cert', 'key'] as const) wire.write(name, second[name]);
    await cluster.list(deployments);
    expect(server.connections).toBe(2);
    expect([peers[0] === peers[1], peers[1] === peers[2]]).toEqual([true, false]);
  });

  it('are refused to a server whose certificate the kubeconfig does not name', async () => {
    const server = await wire.listen(https.createServer(selfSignedCertificate(), emptyList as never));
    await expect(wire.cluster({ server: `https://127.0.0.1:${server.port}` }).list(deployments)).rejects.toMatchObject({ code: 'unreachable' });
    await expect(wire.cluster({ server: `https://127.0.0.1:${server.port}`, 'insecure-skip-tls-verify': true }).list(deployments)).resolves.toEqual([]);
  });

  it('go through a proxy, and are kept there', async () => {
    const certificate = selfSignedCertificate();
    const server = await wire.listen(https.createServer(certificate, emptyList as never), 'secureConnection');
    const asked: string[] = [];
    const proxy = http.createServer().on('connect', (request, socket: Socket) => {
      asked.push(request.url ?? '');
      const tunnel = connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        tunnel.pipe(socket).pipe(tunnel);
      });
      for (const end of [socket, tunnel]) end.on('error', () => undefined);
    });
    const { port } = await wire.listen(proxy);
    const cluster = wire.cluster({ server: 'https://localhost:6443', 'certificate-authority-data': base64(certificate.cert), 'proxy-url': `http://127.0.0.1:${port}` });
    for (let n = 0; n < 3; n += 1) await cluster.list(deployments);
    expect([asked, server.connections]).toEqual([['localhost:6443'], 1]);
  });

  it('go through a SOCKS proxy, and are kept there', async () => {
    const certificate = selfSignedCertificate();
    const server = await wire.listen(https.createServer(certificate, emptyList as never), 'secureConnection');
    const proxy = await wire.listen(createServer((socket) => socks(socket, server.port)));
    const cluster = wire.cluster({ server: 'https://localhost:6443', 'certificate-authority-data': base64(certificate.cert), 'proxy-url': `socks5://127.0.0.1:${proxy.port}` });
    for (let n = 0; n < 3; n += 1) await cluster.list(deployments);
    expect([proxy.connections, server.connections]).toEqual([1, 1]);
  });
});

/** SOCKS 5 (RFC 1928) without authentication; whatever is asked for is `port`. */
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
