import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../kubectl/find-kubectl';
import { Kubectl } from '../../kubectl/kubectl';
import { controlPlane } from './control-plane';

/**
 * A real kubectl for the specs of this file: the one in the folder of the servers, or else the one of the playground's
 * tests.
 */
export function withKubectl(): () => Kubectl {
  const home = mkdtempSync(join(tmpdir(), 'alloy-kubectl-'));
  let kubectl: Kubectl;
  beforeAll(async () => {
    const { endpoint, kubeconfig } = controlPlane();
    const besideServers = endpoint.assets && join(endpoint.assets, 'kubectl');
    kubectl = new Kubectl(besideServers && existsSync(besideServers) ? besideServers : await findKubectl(), kubeconfig, home);
  });
  afterAll(() => {
    kubectl.stop();
    rmSync(home, { recursive: true, force: true });
  });
  return () => kubectl;
}
