import { z } from 'zod';
import { clusterSettings, clusterSourceOf, connectCluster } from './connect-cluster';

describe('the configuration of the cluster of a service', () => {
  it('consists of ALLOY_KUBECONFIG and the proxy variables', () => {
    const settings = z
      .object(clusterSettings)
      .parse({ ALLOY_KUBECONFIG: '/kubeconfig', HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: '10.0.0.0/8', KUBECONFIG: '/other' });
    expect(clusterSourceOf(settings)).toEqual({ kubeconfig: '/kubeconfig', httpsProxy: 'http://proxy.test:3128', noProxy: '10.0.0.0/8' });
  });

  it('requires ALLOY_KUBECONFIG', () => {
    expect(z.object(clusterSettings).safeParse({ KUBECONFIG: '/other' }).error?.issues).toMatchObject([{ path: ['ALLOY_KUBECONFIG'] }]);
  });

  it('is rejected without a call to the cluster if the kubeconfig cannot be used', async () => {
    await expect(connectCluster({ kubeconfig: '/nowhere/kubeconfig' })).rejects.toMatchObject({
      code: 'cluster_access',
      message: "/nowhere/kubeconfig can't be read (ENOENT)",
    });
  });
});
