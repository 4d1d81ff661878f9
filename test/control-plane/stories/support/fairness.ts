import type { ClusterApi } from '../../../support/cluster-api';
import { eventually } from '../../../support/eventually';
import { ACCOUNTS, accountOf, clusterServices, userOf } from '../../rbac/manifests';

const API = '/apis/flowcontrol.apiserver.k8s.io/v1';
/** A lower value, so a higher priority, than every predefined FlowSchema except `exempt`. */
const PRECEDENCE = 50;
/** The user whose request occupies the priority level. */
const HOLDER = 'seat-holder';

/**
 * Makes API Priority and Fairness reject (429) each request of executor and watcher in the namespace while `work` runs:
 * with a FlowSchema for their ServiceAccounts, and a priority level without seats. Such a level still executes one
 * request at a time, so a request that never ends occupies it. Resolves once the API server accepts their requests
 * again.
 */
export async function withoutSeats(api: ClusterApi, namespace: string, work: () => Promise<void>): Promise<void> {
  const name = `no-seats-${namespace}`;
  const isRejected = async (): Promise<boolean> => {
    const answers = await Promise.all(
      clusterServices.map((service) => api.send({ path: `/api/v1/namespaces/${namespace}/pods`, asUser: userOf(service) })),
    );
    return answers.every(({ status }) => status === 429);
  };
  await allowHolder(api, namespace);
  await api.json({
    method: 'POST',
    path: `${API}/prioritylevelconfigurations`,
    body: { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'PriorityLevelConfiguration', metadata: { name }, spec: priorityLevel },
  });
  let release = (): void => {};
  try {
    await api.json({
      method: 'POST',
      path: `${API}/flowschemas`,
      body: { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema', metadata: { name }, spec: flowSchema(name, namespace) },
    });
    await eventually(
      async () => {
        // A request from before the FlowSchema took effect is executed in another level.
        release();
        release = api.holdOpen({ path: `/api/v1/namespaces/${namespace}/configmaps`, asUser: HOLDER });
        expect(await isRejected()).toBe(true);
      },
      { everyMs: 250 },
    );
    await work();
  } finally {
    release();
    await api.send({ method: 'DELETE', path: `${API}/flowschemas/${name}` });
    await eventually(async () => expect(await isRejected()).toBe(false));
    await api.send({ method: 'DELETE', path: `${API}/prioritylevelconfigurations/${name}` });
  }
}

/** Gives the holder all permissions in the namespace, so that its request is accepted. Idempotent. */
async function allowHolder(api: ClusterApi, namespace: string): Promise<void> {
  const { status, body } = await api.send({
    method: 'POST',
    path: `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: HOLDER },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: HOLDER }],
    },
  });
  if (status !== 201 && status !== 409) throw new Error(`the RoleBinding ${HOLDER} in ${namespace} was answered ${status}: ${body}`);
}

const priorityLevel = {
  type: 'Limited',
  limited: { nominalConcurrencyShares: 0, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } },
};

const flowSchema = (priorityLevelConfiguration: string, namespace: string): object => ({
  priorityLevelConfiguration: { name: priorityLevelConfiguration },
  matchingPrecedence: PRECEDENCE,
  rules: [
    {
      subjects: [
        { kind: 'User', user: { name: HOLDER } },
        ...clusterServices.map((service) => ({
          kind: 'ServiceAccount',
          serviceAccount: { name: accountOf(service), namespace: ACCOUNTS },
        })),
      ],
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: [namespace] }],
    },
  ],
});
