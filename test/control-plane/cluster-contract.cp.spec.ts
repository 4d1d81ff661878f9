import { clusterContract } from '@alloy/cluster/contract';
import { randomBytes } from 'node:crypto';
import { controlPlane } from './support/control-plane';

const plane = controlPlane();

clusterContract(
  'a real API server',
  async () => {
    const cluster = await plane.connect();
    const namespace = `contract-${randomBytes(4).toString('hex')}`;
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
    const close = async (): Promise<void> => {
      await cluster.delete(ref, {});
      await cluster.close();
    };
    return { cluster, namespace, close };
  },
  { pods: plane.endpoint.pods },
);
