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

/** Copies of the stable version and of the one before it. */
const MOST_COPIES = 2;

/** A bound for pods that come and go, and for an API server that is away, once more and for 45 s. */
const SETTLED_MS = 120_000;

/** The same, once there is nothing to find, or after a while. */
export async function settledState(cluster: ClusterApi, project: string, stable: string): Promise<readonly Broken[]> {
  let found: readonly Broken[] = [{ promise: 'end', project, text: 'nobody could look' }];
  await eventually(
    async () => {
      found = await checkEndState(cluster, project, stable);
      if (found.length > 0) throw new Error('not yet');
    },
    { timeoutMs: SETTLED_MS, everyMs: 250 },
  ).catch(() => undefined);
  return found;
}

/** After all of it nothing but the stable version runs, whole; the Service selects what it selected; there is no canary, and what the pods read is there. */
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
