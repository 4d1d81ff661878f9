import type { KubeObject } from '@alloy/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const ROOT = join(__dirname, '..', '..', '..', 'deploy', 'rbac');

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
export type Role = KubeObject & { readonly rules: readonly Rule[] };

/** Folders of deploy/rbac with what a router needs more. */
export type RouterFolder = 'gateway-api' | 'istio' | 'traefik' | 'smi' | 'nginx-ingress' | 'blue-green';

/**
 * The objects of a folder of deploy/rbac, in the order of its kustomization. `root`: path of deploy/rbac; default:
 * relative to this file.
 */
export function rbacObjects(folder: 'accounts' | 'namespace' | RouterFolder, root = ROOT): readonly KubeObject[] {
  const { resources } = parse(readFileSync(join(root, folder, 'kustomization.yaml'), 'utf8')) as { readonly resources: readonly string[] };
  return resources.flatMap((file) =>
    parseAllDocuments(readFileSync(join(root, folder, file), 'utf8')).map((document) => document.toJS() as KubeObject),
  );
}

/** The Role of a service in each of its namespaces. */
export const roleOf = (service: ClusterService): Role =>
  rbacObjects('namespace').find(({ kind, metadata }) => kind === 'Role' && metadata.name === accountOf(service)) as Role;

/** The executor's second Role, for the other kinds that releases write by default. */
export const kindsRole = (): Role =>
  rbacObjects('namespace').find(({ kind, metadata }) => kind === 'Role' && metadata.name === 'alloy-executor-kinds') as Role;

/** The two services that access the cluster. */
export const clusterServices = ['executor', 'watcher'] as const;
export type ClusterService = (typeof clusterServices)[number];

export const accountOf = (service: ClusterService): string => `alloy-${service}`;
/** Namespace of the ServiceAccounts. */
export const ACCOUNTS = 'alloy';
/** The service's user name in access reviews and in the audit log. */
export const userOf = (service: ClusterService): string => `system:serviceaccount:${ACCOUNTS}:${accountOf(service)}`;
