import type { KubeObject } from '@alloy/contracts';
import type { ClusterApi } from '../../../support/cluster-api';
import { eventually } from '../../../support/eventually';

export interface AdmissionPolicyOptions {
  /** The policy applies to objects of this namespace; part of the policy's name. */
  readonly namespace: string;
  readonly apiGroup: '' | 'apps';
  readonly resource: 'deployments' | 'deployments/scale' | 'pods';
  /** CEL over `object`; the write is denied if it is false. */
  readonly expression: string;
  readonly message: string;
  /** An object that the policy denies; for a subresource, it has the name of an existing object. */
  readonly denied: KubeObject;
}

const API = '/apis/admissionregistration.k8s.io/v1';
const DENIED = 422;

/**
 * Creates a ValidatingAdmissionPolicy and its binding, waits until the API server denies `denied`, and runs `work` with
 * the name of both; deletes both at the end.
 */
export async function withAdmissionPolicy(
  api: ClusterApi,
  options: AdmissionPolicyOptions,
  work: (name: string) => Promise<void>,
): Promise<void> {
  const { namespace, apiGroup, resource, denied } = options;
  const name = `${resource.replace('/', '-')}-${namespace}`;
  await api.json({ method: 'POST', path: `${API}/validatingadmissionpolicies`, body: policy(name, options) });
  try {
    const spec = { policyName: name, validationActions: ['Deny'] };
    await api.json({
      method: 'POST',
      path: `${API}/validatingadmissionpolicybindings`,
      body: { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec },
    });
    const [kind, subresource] = resource.split('/');
    const kindPath = `${apiGroup === '' ? '/api/v1' : `/apis/${apiGroup}/v1`}/namespaces/${namespace}/${kind}`;
    const path = `${subresource ? `${kindPath}/${denied.metadata.name}/${subresource}` : kindPath}?dryRun=All`;
    await eventually(async () =>
      expect((await api.send({ method: subresource ? 'PUT' : 'POST', path, body: denied })).status).toBe(DENIED),
    );
    await work(name);
  } finally {
    for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies'])
      await api.send({ method: 'DELETE', path: `${API}/${kind}/${name}` });
  }
}

function policy(name: string, { namespace, apiGroup, resource, expression, message }: AdmissionPolicyOptions): KubeObject {
  const matchConstraints = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    resourceRules: [{ apiGroups: [apiGroup], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: [resource] }],
  };
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name },
    spec: { failurePolicy: 'Fail', matchConstraints, validations: [{ expression, message }] },
  };
}
