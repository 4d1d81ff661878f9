import type { Cluster } from '../ports';

/** The implementation of `Cluster` that the contract tests. */
export interface ContractSubject {
  readonly cluster: Cluster;
  /** An existing, empty namespace that only the suite uses. */
  readonly namespace: string;
  close(): Promise<void>;
}
