import type { GivenServer } from '../../support/installation';
import type { AuditLog } from './audit-log';

/** Where executor and watcher may do what deploy/rbac says: in the whole cluster, or in each project's namespace. */
export type Access = 'cluster' | 'namespaces';

/** A Kubernetes API server whose pods are hollow: what the two services ask of it is on record. */
export interface ClusterUnderTest {
  readonly audit: AuditLog;
  /** For `Installation`. */
  readonly given: GivenServer;
  /** Resolves with the reason if it ends by itself; never resolves if it does not. */
  readonly lost: Promise<string>;
  createNamespaces(names: readonly string[]): Promise<void>;
  /** How many pods are not ready. */
  waiting(): Promise<number>;
  /** All pods that are not ready become so now, and those that come later become so at once. */
  makeReady(): Promise<void>;
  stop(): Promise<void>;
}
