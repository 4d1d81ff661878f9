import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../kubectl/find-kubectl';
import { Kubectl } from '../../kubectl/kubectl';
import { controlPlane } from './control-plane';

/** A real kubectl for the specs of this file: the one beside the servers, else the one that the playground is tested with. */
export function withKubectl(): () => Kubectl {
  const home = mkdtempSync(join(tmpdir(), 'alloy-kubectl-'));
  let kubectl: Kubectl;
  beforeAll(async () => {
    const { place, kubeconfig } = controlPlane();
    const beside = place.assets && join(place.assets, 'kubectl');
    kubectl = new Kubectl(beside && existsSync(beside) ? beside : await findKubectl(), kubeconfig, home);
  });
  afterAll(() => {
    kubectl.stop();
    rmSync(home, { recursive: true, force: true });
  });
  return () => kubectl;
}
