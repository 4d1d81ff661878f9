import { join } from 'node:path';
import type { User } from '../../../libs/playground/src/api';

/** What the program is told, as JSON, by its only argument. */
export interface HollowPlaygroundOptions {
  /** For kubeconfigs, one for each user, and the audit log. */
  readonly dir: string;
  /** Names and tokens; `admin` may do anything and is not audited. */
  readonly users: ReadonlyArray<User & { readonly token: string }>;
}

export const kubeconfigIn = (dir: string, user: string): string => join(dir, `kubeconfig-${user}`);
export const auditLogIn = (dir: string): string => join(dir, 'audit.log');
/** GET gives how many pods are not ready; POST makes all of them ready. */
export const PODS_PATH = '/hollow/pods';
