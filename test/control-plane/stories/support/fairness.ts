import type { ClusterApi } from '../../../support/cluster-api';
import { eventually } from '../../../support/eventually';
import { ACCOUNTS, accountOf, clusterServices, userOf } from '../../rbac/manifests';

const API = '/apis/flowcontrol.apiserver.k8s.io/v1';
/** Below every FlowSchema that the API server has by itself but `exempt`. */
const PRECEDENCE = 50;

/**
 * Lets API Priority and Fairness reject (429) each request of executor and watcher in the namespace while `work` runs: a FlowSchema of their ServiceAccounts,
 * and a priority level without a seat. Resolves once the API server accepts their requests again.
 */
export async function withoutSeats(api: ClusterApi, namespace: string, work: () => Promise<void>): Promise<void> {
  const name = `no-seats-${namespace}`;
  const isRejected = async (): Promise<boolean> => {
    const answers = await Promise.all(clusterServices.map((service) => api.send({ path: `/api/v1/namespaces/${namespace}/pods`, asUser: userOf(service) })));
    return answers.every(({ status }) => status === 429);
  };
  await api.json({ method: 'POST', path: `${API}/prioritylevelconfigurations`, body: { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'PriorityLevelConfiguration', metadata: { name }, spec: priorityLevel } });
  try {
    await api.json({ method: 'POST', path: `${API}/flowschemas`, body: { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name }, spec: flowSchema(name, namespace) } });
    await eventually(async () => expect(await isRejected()).toBe(true));
    await work();
  } finally {
    await api.send({ method: 'DELETE', path: `${API}/flowschemas/${name}` });
    await eventually(async () => expect(await isRejected()).toBe(false));
    await api.send({ method: 'DELETE', path: `${API}/prioritylevelconfigurations/${name}` });
  }
}

const priorityLevel = { type: 'Limited', limited: { nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } } };

const flowSchema = (priorityLevelConfiguration: string, namespace: string): object => ({
  priorityLevelConfiguration: { name: priorityLevelConfiguration },
  matchingPrecedence: PRECEDENCE,
  rules: [{
    subjects: clusterServices.map((service) => ({ kind: 'ServiceAccount', serviceAccount: { name: accountOf(service), namespace: ACCOUNTS } })),
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: [namespace] }],
  }],
});
