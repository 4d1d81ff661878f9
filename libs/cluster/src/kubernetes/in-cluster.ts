import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterAccessError, type ClusterAccess } from './cluster-access';
import { tokenFromFile } from './kubeconfig';

const ROOT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Access by the pod's own service account. `host` and `port` are KUBERNETES_SERVICE_HOST and _PORT. */
export async function inClusterAccess(host: string, port: string, root = ROOT): Promise<ClusterAccess> {
  const ca = await readFile(join(root, 'ca.crt')).catch(() => {
    throw new ClusterAccessError(`${root} holds no service account: this is not a pod`);
  });
  return { server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`), ca, authorization: tokenFromFile(join(root, 'token')) };
}
