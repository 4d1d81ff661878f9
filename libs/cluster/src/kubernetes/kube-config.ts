import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { z } from 'zod';
import { repairAuthenticators, clusterSchema, forClientNode, userSchema } from './client-node-gaps';
import { ClusterAccessError } from './cluster-access-error';
import { proxyFor, type ProxyEnvironment } from './proxy-for';

/** How to find a cluster. */
export interface ClusterSource extends ProxyEnvironment {
  /** Path of a kubeconfig, or `in-cluster`: the service account of the pod. */
  readonly kubeconfig: string;
}

const IN_CLUSTER = 'in-cluster';

const named = <T extends z.ZodType, K extends string>(key: K, schema: T) =>
  z.array(z.looseObject({ name: z.string(), [key]: schema } as { name: z.ZodString } & Record<K, T>));
const kubeconfigSchema = z.looseObject({
  'current-context': z.string().min(1),
  contexts: named('context', z.looseObject({ cluster: z.string(), user: z.string() })),
  clusters: named('cluster', clusterSchema),
  users: named('user', userSchema),
});
type Kubeconfig = z.infer<typeof kubeconfigSchema>;

/**
 * The current context of a kubeconfig, or the service account of the pod, by client-node. Paths in a kubeconfig are
 * relative to its folder. Throws `ClusterAccessError`, which names the file and the field, never a secret.
 */
export const loadKubeConfig = (source: ClusterSource): KubeConfig =>
  source.kubeconfig === IN_CLUSTER ? serviceAccount() : kubeconfigAt(source.kubeconfig, source);

/** `root`: prefix of the service account's folder, for tests. */
export function serviceAccount(root = ''): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster(root);
  const { caFile = '', server } = config.getCurrentCluster()!;
  if (!isReadable(caFile))
    throw new ClusterAccessError(
      `ALLOY_KUBECONFIG is in-cluster, but ${caFile} can't be read: this is not a pod, or it has no service account`,
    );
  // client-node puts the variables into the URL without checking that they are set.
  if (!URL.canParse(server) || new URL(server).hostname === 'undefined')
    throw new ClusterAccessError(
      'ALLOY_KUBECONFIG is in-cluster, but KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this is not a pod',
    );
  return config;
}

function kubeconfigAt(path: string, environment: ProxyEnvironment): KubeConfig {
  const parsed = parseFile(path);
  const context = pick(path, 'context', parsed.contexts, parsed['current-context']).context;
  const { cluster } = pick(path, 'cluster', parsed.clusters, context.cluster);
  const { user } = pick(path, 'user', parsed.users, context.user);
  const folder = dirname(path);
  const used = forClientNode({ path, folder, name: context.user, cluster, user, proxy: proxyFor(cluster.server, environment) });
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      ...parsed,
      clusters: [{ name: context.cluster, cluster: used.cluster }],
      users: [{ name: context.user, user: used.user }],
    }),
  );
  config.makePathsAbsolute(folder);
  checkFiles(path, config);
  repairAuthenticators(config, folder);
  return config;
}

function parseFile(path: string): Kubeconfig {
  const parsed = kubeconfigSchema.safeParse(yamlOf(path, textOf(path)));
  if (parsed.success) return parsed.data;
  throw new ClusterAccessError(`${path} is not a kubeconfig: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ClusterAccessError(`${path} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

function yamlOf(path: string, text: string): unknown {
  try {
    return load(text, { schema: CORE_SCHEMA.withTags(mergeTag) });
  } catch {
    throw new ClusterAccessError(`${path} is not YAML`);
  }
}

function pick<T extends { readonly name: string }>(path: string, what: string, among: readonly T[], name: string): T {
  const found = among.find((candidate) => candidate.name === name);
  if (!found) throw new ClusterAccessError(`${path} names the ${what} ${name} but does not define it`);
  return found;
}

function checkFiles(path: string, config: KubeConfig): void {
  const { caFile } = config.getCurrentCluster()!;
  const { certFile, keyFile } = config.getCurrentUser()!;
  for (const file of [caFile, certFile, keyFile])
    if (file && !isReadable(file)) throw new ClusterAccessError(`${path} names ${file}, which can't be read`);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
