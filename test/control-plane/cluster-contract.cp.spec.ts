import { clusterContract } from '@alloy/cluster/contract';
import { controlPlane } from './support/control-plane';
import { randomBytes } from 'node:crypto';

clusterContract('a real API server', async () => {
  const cluster = await controlPlane().connect();
  const namespace = `contract-${randomBytes(4).toString('hex')}`;
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
  const close = async (): Promise<void> => {
    await cluster.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }, {});
    await cluster.close();
  };
  return { cluster, namespace, close };
});
