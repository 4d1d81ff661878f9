import { z } from 'zod';
import { clusterSettings, clusterSourceOf, connectCluster } from './connect-cluster';

describe('the cluster of a service', () => {
  it('is named by ALLOY_KUBECONFIG, and reached through the proxy of the environment', () => {
    const settings = z.object(clusterSettings).parse({ ALLOY_KUBECONFIG: '/kubeconfig', HTTPS_PROXY: 'http://proxy.test:3128', NO_PROXY: '10.0.0.0/8', KUBECONFIG: '/other' });
    expect(clusterSourceOf(settings)).toEqual({ kubeconfig: '/kubeconfig', httpsProxy: 'http://proxy.test:3128', noProxy: '10.0.0.0/8' });
  });

  it('has to be named', () => {
    expect(z.object(clusterSettings).safeParse({ KUBECONFIG: '/other' }).error?.issues).toMatchObject([{ path: ['ALLOY_KUBECONFIG'] }]);
  });

  it('is refused before it is called if the kubeconfig can\'t be used', async () => {
    await expect(connectCluster({ kubeconfig: '/nowhere/kubeconfig' })).rejects.toMatchObject({ code: 'cluster_access', message: "/nowhere/kubeconfig can't be read (ENOENT)" });
  });
});
