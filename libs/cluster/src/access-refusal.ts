import type { Refusal } from '@alloy/release';
import { isClusterError, type ClusterError } from './errors';
import { ClusterAccessError } from './kubernetes/cluster-access-error';

/** The service whose request to the cluster failed, and whose kubeconfig and Role are to be checked. */
export type ClusterUser = 'executor' | 'watcher';

/**
 * Why the cluster is not accessible to the service `who`, and what a user can do about it. Undefined: the error is not
 * about access. The text contains only names: verbs, resources, namespaces, error codes.
 */
export function accessRefusal(error: unknown, who: ClusterUser): Refusal | undefined {
  if (error instanceof ClusterAccessError) return { code: 'unauthorized', text: `the ${who} cannot use its kubeconfig: ${error.message}` };
  if (!isClusterError(error)) return undefined;
  if (error.code === 'unauthorized')
    return {
      code: 'unauthorized',
      text: `the cluster rejects the ${who}'s credentials (401): renew the token in its kubeconfig, or its service account`,
    };
  if (error.code === 'forbidden') return { code: 'forbidden', text: forbidden(error, who) };
  if (error.code === 'namespace_missing') return namespaceMissing(namespaceIn(error));
  if (error.code === 'unreachable')
    return {
      code: 'unreachable',
      text: `the cluster can't be reached (${error.message}): see that its API server runs, ` +
        `and that server, CA and network of the ${who}'s kubeconfig are right`,
    };
  if (error.code === 'server_error')
    return { code: 'unreachable', text: `the cluster's API server answers with errors (${error.message}): see what its log says` };
  if (error.code === 'too_many_requests')
    return {
      code: 'unreachable',
      text: `the cluster's API server rejects the ${who}'s requests (${error.message}): ` +
        `see which FlowSchema and priority level they fall under (kubectl get flowschemas), and what else uses it`,
    };
  return undefined;
}

/** `namespace` undefined: it is unknown which namespace is missing. */
export const namespaceMissing = (namespace: string | undefined): Refusal => ({
  code: 'namespace_missing',
  text: `namespace ${namespace ?? 'of the release'} does not exist, or is being deleted: ` +
    `create it (kubectl create namespace ${namespace ?? 'NAME'}), or correct the namespace in the project's policy`,
});

const RULE = /cannot (\w+) resource "([^"]+)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]+)")?/;

function forbidden(error: ClusterError, who: ClusterUser): string {
  const [rule, verb, resource, group, namespace] = RULE.exec(error.message) ?? [];
  if (rule === undefined) return `the cluster forbids a request of the ${who} (${error.message}): give its Role that right (deploy/rbac)`;
  const what = `${verb} ${resource}${group ? `.${group}` : ''}`;
  const where = namespace === undefined ? 'in the whole cluster' : `in namespace ${namespace}`;
  return `the ${who} may not ${what} ${where} (403): give its Role that right (deploy/rbac), or create the namespace if it is missing`;
}

const namespaceIn = ({ details: { ref } }: ClusterError): string | undefined => /\/namespaces\/([^/?]+)/.exec(ref ?? '')?.[1];
