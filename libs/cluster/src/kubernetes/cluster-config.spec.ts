import { z } from 'zod';
import { clusterConfig, clusterSourceOf, hasCluster, notInAPod } from './cluster-config';

const config = z.object(clusterConfig).refine(hasCluster, notInAPod);

describe('where a service finds its cluster', () => {
  it('is the kubeconfig that it is given, or the pod\'s own cluster', () => {
    expect(clusterSourceOf(config.parse({ ALLOY_KUBECONFIG: '/etc/alloy/kubeconfig', KUBERNETES_SERVICE_HOST: '10.0.0.1' }))).toEqual({ kubeconfig: '/etc/alloy/kubeconfig' });
    expect(clusterSourceOf(config.parse({ ALLOY_KUBECONFIG: 'in-cluster', KUBERNETES_SERVICE_HOST: '10.0.0.1' }))).toEqual({ inCluster: { host: '10.0.0.1', port: '443' } });
  });

  it('is refused where neither is there', () => {
    expect(config.safeParse({}).error?.issues).toMatchObject([{ path: ['ALLOY_KUBECONFIG'] }]);
    expect(config.safeParse({ ALLOY_KUBECONFIG: 'in-cluster' }).error?.issues).toMatchObject([{ path: ['ALLOY_KUBECONFIG'], message: 'is in-cluster, but this is not a pod' }]);
  });
});
