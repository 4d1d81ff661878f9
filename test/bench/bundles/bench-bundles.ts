import { Installation } from '../../support/installation';
import { Disposal } from '../scale/disposal';
import { RealCluster } from '../scale/real-cluster';
import type { Section } from '../section';
import { applyRounds, APPLIED, kubectlNamespace } from './apply-rounds';
import { bareNamespace, PLANNED, planRounds } from './plan-rounds';
import { bundleSections } from './sections';

const PLAN_ROUNDS = 15;
const APPLY_ROUNDS = 5;
const projectsOf = (prefix: string, rounds: number): readonly string[] => Array.from({ length: rounds }, (_, round) => `${prefix}${round}`);

/**
 * Compares the inspection and the application of large bundles with bare requests and with kubectl, on a real API
 * server. `assets`: folder of its programs; undefined: there are none, and nothing is measured.
 */
export async function benchBundles(assets: string | undefined): Promise<readonly Section[]> {
  if (assets === undefined) return bundleSections(undefined);
  const disposal = new Disposal();
  try {
    const server = await disposal.add(RealCluster.start({ assets, access: 'cluster' }));
    await server.makeReady();
    const [planned, applied] = [projectsOf(PLANNED, PLAN_ROUNDS), projectsOf(APPLIED, APPLY_ROUNDS)];
    await server.createNamespaces([...planned, ...planned.map(bareNamespace), ...applied, ...applied.map(kubectlNamespace), 'warm']);
    const projects = Object.fromEntries([...planned, ...applied].map((project) => [project, {}]));
    const installation = await disposal.add(
      Installation.start({ projects, undisturbed: true, server: server.given, apiProxies: ['executor'] }),
    );
    const plan = await planRounds(installation, planned, server.given.admin);
    const apply = await applyRounds(installation, applied, { assets, kubeconfig: server.given.admin });
    return bundleSections({ plan, apply });
  } finally {
    await disposal.run();
  }
}
