import { connectCluster, type Cluster } from '@alloy/cluster';
import type { TrafficReport } from '@alloy/playground';
import { randomBytes } from 'node:crypto';
import { placeOf, VARIABLE, type Place } from './place';

/** The API server under the tests: one for all that a worker of Jest runs. */
export class ControlPlane {
  constructor(readonly place: Place) {}

  /** As somebody who may do anything. */
  get kubeconfig(): string {
    return this.place.kubeconfig;
  }

  connect(): Promise<Cluster> {
    return connectCluster({ kubeconfig: this.kubeconfig });
  }

  /** Cuts every connection off; each test that does so starts it again, whatever happens. */
  async killApiServer(): Promise<void> {
    await this.ask('POST', '/apiserver/kill');
  }

  /** Resolves when it is ready. */
  async startApiServer(): Promise<void> {
    await this.ask('POST', '/apiserver/start');
  }

  /** Forgets all history up to now: a watch from an older version is answered 410 Gone. Of the server's etcd. */
  async compact(): Promise<void> {
    const { header } = (await this.etcd('range', { key: Buffer.from('/').toString('base64') })) as {
      readonly header: { readonly revision: string };
    };
    await this.etcd('compaction', { revision: header.revision, physical: true });
  }

  /** What the users of the Services that ask for traffic counted, of the whole cluster, since it was last taken. */
  async takeTraffic(): Promise<TrafficReport> {
    return (await this.ask('DELETE', '/traffic')) as TrafficReport;
  }

  private async etcd(what: string, body: unknown): Promise<unknown> {
    return answerOf(await fetch(`${this.own('etcdUrl')}/v3/kv/${what}`, { method: 'POST', body: JSON.stringify(body) }));
  }

  private async ask(method: string, path: string): Promise<unknown> {
    return answerOf(await fetch(`${this.own('door')}${path}`, { method }));
  }

  private own(key: 'etcdUrl' | 'door'): string {
    const found = this.place[key];
    if (found === undefined) throw new Error('a given cluster is not stopped or compacted by tests');
    return found;
  }
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Rejects outside of `npm run test:control-plane`. */
export function controlPlane(): ControlPlane {
  const told = process.env[VARIABLE];
  if (told === undefined) throw new Error('these specs need a control plane: npm run test:control-plane -- <path>');
  return new ControlPlane(placeOf(told, process.env['JEST_WORKER_ID']));
}

/** Makes a namespace of its own for the specs that follow, and deletes it after them. Gives its name, by way of a function: only hooks and tests know it. */
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

/** A `describe` whose pods must run: left out where they cannot have addresses of their own. */
export const needsPods = (name: string, specs: () => void): void => (controlPlane().place.pods ? describe : describe.skip)(name, specs);
