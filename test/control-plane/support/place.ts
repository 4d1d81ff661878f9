/** What a spec is told of the control plane it runs against, by the environment variable. */
export interface Place {
  /** Of somebody who may do anything. */
  readonly kubeconfig: string;
  /** Whether pods run with addresses of their own. */
  readonly pods: boolean;
  /** The rest only where the servers are the suite's own. Folder of the servers' programs, kubectl perhaps among them. */
  readonly assets?: string;
  readonly etcdUrl?: string;
  readonly auditLog?: string;
  readonly door?: string;
}

export const VARIABLE = 'ALLOY_CONTROL_PLANE';
