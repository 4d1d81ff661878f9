import type { GivenServer } from '../../support/installation';
import type { AuditLog } from './audit-log';

/**
 * Where the permissions of deploy/rbac apply to executor and watcher: in the whole cluster, or in each project's
 * namespace.
 */
export type Access = 'cluster' | 'namespaces';

/** A Kubernetes API server with hollow pods, which records the requests of executor and watcher in an audit log. */
export interface ClusterUnderTest {
  readonly audit: AuditLog;
  /** The kubeconfigs for `Installation`. */
  readonly given: GivenServer;
  /** Resolves with the reason if a process of the cluster ends by itself; otherwise it never resolves. */
  readonly lost: Promise<string>;
  createNamespaces(names: readonly string[]): Promise<void>;
  /** The number of pods that are not ready. */
  waiting(): Promise<number>;
  /** Makes all pods ready, and later pods at once when they start. */
  makeReady(): Promise<void>;
  stop(): Promise<void>;
}
