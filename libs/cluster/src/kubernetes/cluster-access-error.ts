/**
 * The kubeconfig or the pod's service account cannot be used. `message` names the file and the field, and never
 * contains a secret.
 */
export class ClusterAccessError extends Error {
  readonly code = 'cluster_access';
  constructor(message: string) {
    super(message);
    this.name = 'ClusterAccessError';
  }
}
