import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../kubectl/find-kubectl';
import { Kubectl } from '../kubectl/kubectl';
import { expectDescribedReleases, describedPolicy } from '../support/described';
import { withStories } from '../support/stories';

const { story, installation } = withStories({ described: describedPolicy });
const home = mkdtempSync(join(tmpdir(), 'alloy-kubectl-'));
afterAll(() => rmSync(home, { recursive: true }));

it('kubectl describe shows the Kubernetes Events of each release on the playground', async () => {
  const kubectl = new Kubectl(await findKubectl(), installation().home.kubeconfig, home);
  await expectDescribedReleases(story('described'), kubectl, installation());
  kubectl.stop();
});
