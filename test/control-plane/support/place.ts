/** What a spec is told of the control plane it runs against. */
export interface Place {
  /** Of somebody who may do anything. */
  readonly kubeconfig: string;
  /** Whether pods run with addresses of their own. */
  readonly pods: boolean;
  /** The rest only where the servers are the suite's own. Folder of their programs, kubectl perhaps among them. */
  readonly assets?: string;
  readonly etcdUrl?: string;
  readonly auditLog?: string;
  readonly door?: string;
}

export const VARIABLE = 'ALLOY_CONTROL_PLANE';

/** The variable names one place for each of Jest's workers, which are counted from 1. */
export const placeOf = (told: string, worker = '1'): Place => (JSON.parse(told) as readonly Place[])[Number(worker) - 1]!;
