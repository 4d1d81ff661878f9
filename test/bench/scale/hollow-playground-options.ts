import { join } from 'node:path';
import type { User } from '../../../libs/playground/src/api';

/** The options of the program: its only argument, as JSON. */
export interface HollowPlaygroundOptions {
  /** Folder of the kubeconfigs, one per user, and of the audit log. */
  readonly dir: string;
  /** Names and tokens. `admin` has all permissions and is not audited. */
  readonly users: ReadonlyArray<User & { readonly token: string }>;
}

export const kubeconfigIn = (dir: string, user: string): string => join(dir, `kubeconfig-${user}`);
export const auditLogIn = (dir: string): string => join(dir, 'audit.log');
/** GET returns the number of pods that are not ready; POST makes all pods ready. */
export const PODS_PATH = '/hollow/pods';
