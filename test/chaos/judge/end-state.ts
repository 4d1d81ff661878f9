import { COPY_LABEL, type KubeObject } from '@alloy/contracts';
import type { ClusterApi } from '../../support/cluster-api';
import { eventually } from '../../support/eventually';
import { only, WORKLOAD } from '../../support/manifests';
import type { Broken } from './broken';

interface RawDeployment extends KubeObject {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: ReadonlyArray<{ readonly envFrom?: ReadonlyArray<{ readonly secretRef?: { readonly name: string } }> }>;
      };
    };
  };
}

/** One copy for the stable version, and one for the previous version. */
const MOST_COPIES = 2;

/** Time limit for starting and stopping pods, and for one more outage of the API server of 45 s. */
const SETTLED_MS = 120_000;

/** The findings of `checkEndState`, once there are none, or at the end of the time limit. */
export async function settledState(cluster: ClusterApi, project: string, stable: string): Promise<readonly Broken[]> {
  let found: readonly Broken[] = [{ promise: 'end', project, text: 'the cluster could not be read' }];
  await eventually(
    async () => {
      found = await checkEndState(cluster, project, stable);
      if (found.length > 0) throw new Error('not yet');
    },
    { timeoutMs: SETTLED_MS, everyMs: 250 },
  ).catch(() => undefined);
  return found;
}

/**
 * In the end only the stable version runs, with all its pods; the Service selects the same pods as before; there is no
 * canary, and the Secrets that the pods read exist.
 */
async function checkEndState(cluster: ClusterApi, project: string, stable: string): Promise<readonly Broken[]> {
  const broken = (text: string): Broken => ({ promise: 'end', project, text });
  const list = async <T extends KubeObject>(path: string): Promise<readonly T[]> =>
    (await cluster.json<{ readonly items: readonly T[] }>({ path })).items;
  const deployments = await cluster.deployments(project);
  const services = await list(`/api/v1/namespaces/${project}/services`);
  const secrets = await list(`/api/v1/namespaces/${project}/secrets`);
  const [web] = (await list<RawDeployment>(`/apis/apps/v1/namespaces/${project}/deployments`)).filter(
    ({ metadata }) => metadata.name === WORKLOAD,
  );
  const copies = secrets.filter(({ metadata }) => metadata.labels?.[COPY_LABEL] === 'true').map(({ metadata }) => metadata.name);
  const needed = (web?.spec.template.spec.containers ?? []).flatMap(({ envFrom = [] }) =>
    envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []),
  );
  return [
    ...(same(deployments, only(stable)) ? [] : [broken(`runs ${JSON.stringify(deployments)} instead of ${stable}`)]),
    ...services
      .filter((service) => !same((service['spec'] as { readonly selector?: unknown }).selector, { app: project }))
      .map(({ metadata }) => broken(`Service ${metadata.name} selects something else`)),
    ...needed.filter((name) => !copies.includes(name)).map((name) => broken(`there is no copy ${name}, which the pods of ${stable} read`)),
    ...(copies.length > MOST_COPIES ? [broken(`has ${copies.length} copies of its Secret: ${copies.join(', ')}`)] : []),
  ];
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
