import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlayground } from '@alloy/playground';
import { clusterContract } from './contract';
import { connectCluster } from './kubernetes/connect-cluster';

clusterContract('the playground', async () => {
  const home = mkdtempSync(join(tmpdir(), 'alloy-contract-'));
  const playground = await startPlayground({ home });
  const stop = async (): Promise<void> => {
    await playground.stop();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const cluster = await connectCluster({ kubeconfig: playground.kubeconfigPath });
    const namespace = 'contract';
    await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'test');
    return { cluster, namespace, close: () => cluster.close().finally(stop) };
  } catch (error) {
    await stop();
    throw error;
  }
}, { pods: true });
