import type { Cluster } from '../ports';

/** What the contract is held against. */
export interface ContractSubject {
  readonly cluster: Cluster;
  /** Exists, empty, and the suite's alone. */
  readonly namespace: string;
  close(): Promise<void>;
}
