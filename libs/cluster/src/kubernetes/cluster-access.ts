/** Where an API server is and how to be let in; made from a kubeconfig or from a pod's service account. */
export interface ClusterAccess {
  readonly server: URL;
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Default true. */
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
  /** Value of the Authorization header; undefined: none. Asked before each request, so that a token may be renewed. */
  authorization(): Promise<string | undefined>;
}

/** The kubeconfig, or the pod's service account, can't be used; `message` names the file and the field, never a secret. */
export class ClusterAccessError extends Error {
  readonly code = 'cluster_access';
  constructor(message: string) {
    super(message);
    this.name = 'ClusterAccessError';
  }
}
