import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { ClusterAccess } from '../kubernetes/cluster-access';

/** Access to a server of a test over plain HTTP, by `token` if one is given. */
export const accessTo = (server: string, token?: string): ClusterAccess =>
  new ClusterAccess(() => {
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'test', server, skipTLSVerify: true }, { name: 'test', token });
    return config;
  });
