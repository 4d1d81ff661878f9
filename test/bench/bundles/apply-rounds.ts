import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKubectl } from '../../kubectl/find-kubectl';
import { Kubectl } from '../../kubectl/kubectl';
import type { Installation } from '../../support/installation';
import { ended } from '../ended';
import { alternate, type Rounds } from '../rounds';
import { bundleFiles, oneFile } from './bundle';
import { timeOf } from './time-of';

/** Objects of the bundle that is applied. */
export const APPLY_OBJECTS = 300;
/** Prefix of the projects and of their namespaces. */
export const APPLIED = 'applied';
export const kubectlNamespace = (project: string): string => project.replace(APPLIED, 'kubectl');

/** Parts of the time of one release, ms. */
export interface Parts {
  readonly accepted: number;
  readonly planned: number;
  readonly written: number;
  readonly workload: number;
  readonly promoted: number;
}

export interface ApplyRounds extends Rounds {
  readonly parts: readonly Parts[];
}

interface Target {
  /** Folder of the programs of the API server. */
  readonly assets: string;
  readonly kubeconfig: string;
}

/**
 * Applies a bundle by kubectl to an empty namespace, and by a first release to another one. Measures the run of
 * kubectl, and the time from the POST of the release until the API server has accepted the last object.
 */
export async function applyRounds(installation: Installation, projects: readonly string[], target: Target): Promise<ApplyRounds> {
  const home = mkdtempSync(join(tmpdir(), 'alloy-bundles-'));
  const beside = join(target.assets, 'kubectl');
  const kubectl = new Kubectl(existsSync(beside) ? beside : await findKubectl(), target.kubeconfig, home);
  const apply = (namespace: string, files: string): Promise<string> =>
    kubectl.output(['apply', '--server-side', '-n', namespace, '-f', '-'], files);
  const parts: Parts[] = [];
  const [forKubectl, forAlloy] = [[...projects], [...projects]];
  try {
    // Fills kubectl's cache of the API server's kinds.
    await apply('warm', oneFile(bundleFiles('warm', 10)));
    const byKubectl = async (): Promise<readonly number[]> => {
      const project = forKubectl.shift()!;
      const files = oneFile(bundleFiles(project, APPLY_OBJECTS));
      const begun = performance.now();
      await apply(kubectlNamespace(project), files);
      return [performance.now() - begun];
    };
    const byAlloy = async (): Promise<readonly number[]> => {
      const found = await released(installation, forAlloy.shift()!);
      parts.push(found);
      return [found.accepted + found.planned + found.written + found.workload];
    };
    return { ...(await alternate(projects.length, byKubectl, byAlloy)), parts };
  } finally {
    kubectl.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function released(installation: Installation, project: string): Promise<Parts> {
  const { releases } = installation;
  const proxy = installation.api('executor');
  const created: { readonly kind: string; readonly at: number }[] = [];
  proxy.onAnswer = (method, path, status) => {
    const [, kind] = new RegExp(`/namespaces/${project}/([a-z]+)\\?`).exec(path) ?? [];
    if (method === 'POST' && status === 201 && kind !== undefined && kind !== 'events') created.push({ kind, at: Date.now() });
  };
  const begun = Date.now();
  const release = await releases.deploy(project, 'v1', bundleFiles(project, APPLY_OBJECTS));
  await ended(installation, release, 'ReleasePromoted');
  // The Secret that the pods read has a copy.
  if (created.length !== APPLY_OBJECTS + 1) throw new Error(`${project} has ${created.length} objects, not ${APPLY_OBJECTS + 1}`);
  const at = timeOf(await releases.events(release));
  const workload = created.find(({ kind }) => kind === 'deployments')!.at;
  if (created.some((one) => one.at > workload)) throw new Error(`the Deployment of ${project} was not its last object`);
  return {
    accepted: at('ReleaseRequested') - begun,
    planned: at('ReleasePlanned') - at('ReleaseRequested'),
    written: at('ManifestsApplied') - at('ReleasePlanned'),
    workload: workload - at('ManifestsApplied'),
    promoted: at('ReleasePromoted') - workload,
  };
}
