import { connectCluster, type Cluster } from '@alloy/cluster';
import type { TrafficReport } from '@alloy/playground';
import { randomBytes } from 'node:crypto';
import { endpointOf, VARIABLE, type Endpoint } from './endpoint';

/** The API server of the tests; each worker of Jest has one. */
export class ControlPlane {
  constructor(readonly endpoint: Endpoint) {}

  /** The kubeconfig of a user with all permissions. */
  get kubeconfig(): string {
    return this.endpoint.kubeconfig;
  }

  connect(): Promise<Cluster> {
    return connectCluster({ kubeconfig: this.kubeconfig });
  }

  /** Kills the API server, which ends every connection. A test that does this must start it again in a `finally`. */
  async killApiServer(): Promise<void> {
    await this.send('POST', '/apiserver/kill');
  }

  /** Starts the API server; resolves when it is ready. */
  async startApiServer(): Promise<void> {
    await this.send('POST', '/apiserver/start');
  }

  /** Compacts the history in etcd: the response to a watch from an older version is 410 Gone. */
  async compact(): Promise<void> {
    const { header } = (await this.etcd('range', { key: Buffer.from('/').toString('base64') })) as {
      readonly header: { readonly revision: string };
    };
    await this.etcd('compaction', { revision: header.revision, physical: true });
  }

  /** The counts of the users in the whole cluster since the last call. */
  async takeTraffic(): Promise<TrafficReport> {
    return (await this.send('DELETE', '/traffic')) as TrafficReport;
  }

  private async etcd(what: string, body: unknown): Promise<unknown> {
    return answerOf(await fetch(`${this.required('etcdUrl')}/v3/kv/${what}`, { method: 'POST', body: JSON.stringify(body) }));
  }

  private async send(method: string, path: string): Promise<unknown> {
    return answerOf(await fetch(`${this.required('controlUrl')}${path}`, { method }));
  }

  private required(key: 'etcdUrl' | 'controlUrl'): string {
    const found = this.endpoint[key];
    if (found === undefined) throw new Error('tests cannot stop or compact a given cluster');
    return found;
  }
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Throws outside of `npm run test:control-plane`. */
export function controlPlane(): ControlPlane {
  const endpoints = process.env[VARIABLE];
  if (endpoints === undefined) throw new Error('these specs need a control plane: run npm run test:control-plane -- <path>');
  return new ControlPlane(endpointOf(endpoints, process.env['JEST_WORKER_ID']));
}

/**
 * Creates a separate namespace for the specs that follow, and deletes it after them. Returns a function that returns
 * its name.
 */
export function withNamespace(prefix: string): () => string {
  const name = `${prefix}-${randomBytes(4).toString('hex')}`;
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await controlPlane().connect();
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, 'test');
  });
  afterAll(async () => {
    await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name }, {});
    await cluster.close();
  });
  return () => name;
}

/** A `describe` with real requests through a gateway: skipped without Contour and Envoy, or without pods' addresses. */
export const needsGateway = (name: string, specs: () => void): void =>
  (controlPlane().endpoint.dataPlane ? describe : describe.skip)(name, specs);

/** A `describe` with running pods: skipped if pods cannot have their own addresses. */
export const needsPods = (name: string, specs: () => void): void => (controlPlane().endpoint.pods ? describe : describe.skip)(name, specs);
