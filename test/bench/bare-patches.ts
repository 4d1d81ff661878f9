import type { KubeObject } from '@alloy/contracts';
import type { ClusterApi } from '../support/cluster-api';
import type { BareKube } from './bare-kube';

const PATCHES = 10;
const BARE = 'bare';
const deployments = `/apis/apps/v1/namespaces/${BARE}/deployments`;

const idle: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: BARE },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: BARE } },
    template: { metadata: { labels: { app: BARE } }, spec: { containers: [{ name: BARE, image: 'registry.example.com/bare:v1' }] } },
  },
};

/** Creates the Deployment without pods that `barePatches` patches. */
export async function createBare(cluster: ClusterApi, kube: BareKube): Promise<void> {
  await cluster.createNamespace(BARE);
  await kube.create(deployments, idle);
}

/** Milliseconds of each of ten patches of a Deployment, one after the other. */
export async function barePatches(kube: BareKube): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i < PATCHES; i++) {
    const begun = performance.now();
    await kube.patch(`${deployments}/${BARE}`, { metadata: { annotations: { 'bench/begun': String(begun) } } });
    taken.push(performance.now() - begun);
  }
  return taken;
}
