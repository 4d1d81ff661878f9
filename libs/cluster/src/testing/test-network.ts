import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterAccess } from '../kubernetes/cluster-access';
import { loadKubeConfig } from '../kubernetes/kube-config';
import { KubernetesCluster, type ClusterOptions } from '../kubernetes/kubernetes-cluster';

export interface Listening {
  readonly port: number;
  /** Number of connections that clients have opened. */
  connections: number;
}

/**
 * Servers on real sockets, and clusters that are connected to them by a kubeconfig. `close` in `afterEach` ends all of
 * them, also if the test fails.
 */
export class TestNetwork {
  readonly dir = mkdtempSync(join(tmpdir(), 'alloy-network-'));
  private readonly closing: Array<() => unknown> = [];

  /** Starts the server. `event`: the event that counts as a connection. */
  async listen(server: Server | NetServer, event = 'connection'): Promise<Listening> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => void sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const listening = { port: (server.address() as AddressInfo).port, connections: 0 };
    server.on(event, () => void (listening.connections += 1));
    this.onClose(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return listening;
  }

  access(cluster: object, user: object = {}): ClusterAccess {
    const kubeconfig = this.write('config', JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster }],
      users: [{ name: 'u', user }],
    }));
    return new ClusterAccess(() => loadKubeConfig({ kubeconfig }));
  }

  cluster(cluster: object, user?: object, options?: ClusterOptions): KubernetesCluster {
    const connected = new KubernetesCluster(this.access(cluster, user), options);
    this.onClose(() => connected.close());
    return connected;
  }

  /** Writes a file into the folder of the kubeconfig; returns its path. */
  write(name: string, content: string): string {
    writeFileSync(join(this.dir, name), content);
    return join(this.dir, name);
  }

  onClose(close: () => unknown): void {
    this.closing.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.closing.splice(0).reverse()) await close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export const answer = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
export const emptyList: RequestListener = (_, response) =>
  answer(response, { kind: 'DeploymentList', apiVersion: 'apps/v1', metadata: { resourceVersion: '1' }, items: [] });
export const base64 = (text: string): string => Buffer.from(text).toString('base64');
