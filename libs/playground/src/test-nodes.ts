import type { Admit } from './api';
import { startNodes, type Nodes } from './start-nodes';
import type { Deployment, Pod, ReplicaSet, Service } from './kinds';
import { Store } from './store';
import { defaultTimings, type Timings } from './timings';
import { isReady } from './controllers/pod-state';

export interface TestNodes extends Nodes {
  readonly store: Store;
  readonly errors: unknown[];
  pods(): Pod[];
  readyPods(): Pod[];
  replicaSets(): ReplicaSet[];
  deployment(): Deployment;
  deploy(tag: string, replicas: number, spec?: Partial<Deployment['spec']>): void;
}

const fastTimings: Timings = {
  ...defaultTimings, podStart: 40, crashAfter: 20, crashBackoff: 60, pullBackoff: 60, leakAfter: 300, probePeriod: 40,
  drain: 60, quiet: 20, maxInitialDelay: 30,
};

const labels = { app: 'web' };

export const container = (tag: string): Pod['spec']['containers'][number] => ({
  name: 'web',
  image: `shop:${tag}`,
  ports: [{ name: 'http', containerPort: 8080 }],
});

/** The playground without its API, on fast timings: a Service `web` and, once deployed, a Deployment `web`. */
export function startTestNodes(timings: Partial<Timings> = {}, admit?: Admit): TestNodes {
  const clock = (): Date => new Date();
  const store = new Store({ seed: 7, clock });
  const errors: unknown[] = [];
  const nodes = startNodes({
    store,
    clock,
    seed: 7,
    timings: { ...fastTimings, ...timings },
    onError: (error) => errors.push(error),
    admit,
  });
  store.create<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
  });
  const web = { resource: 'deployments.apps', namespace: 'default', name: 'web' };
  const pods = (): Pod[] => store.list<Pod>('pods', 'default');
  return {
    ...nodes,
    store,
    errors,
    pods,
    readyPods: () => pods().filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined),
    replicaSets: () => store.list<ReplicaSet>('replicasets.apps', 'default'),
    deployment: () => store.get<Deployment>(web)!,
    deploy: (tag, replicas, more = {}) => {
      const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers: [container(tag)] } };
      const spec = {
        replicas,
        selector: { matchLabels: labels },
        template,
        strategy: { type: 'RollingUpdate' as const, rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        ...more,
      };
      const live = store.get<Deployment>(web);
      if (live) store.update({ ...live, spec });
      else store.create<Deployment>({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default' }, spec });
    },
  };
}
