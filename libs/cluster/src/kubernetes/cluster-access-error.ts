/** The kubeconfig, or the pod's service account, can't be used; `message` names the file and the field, never a secret. */
export class ClusterAccessError extends Error {
  readonly code = 'cluster_access';
  constructor(message: string) {
    super(message);
    this.name = 'ClusterAccessError';
  }
}
