import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ClusterAccessError, type ClusterAccess } from './cluster-access';
import { execCredential, execSchema } from './exec-credential';

const named = <T extends z.ZodType, K extends string>(key: K, schema: T) => z.array(z.looseObject({ name: z.string(), [key]: schema } as { name: z.ZodString } & Record<K, T>));

const clusterSchema = z.looseObject({
  server: z.url(),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
});
const userSchema = z.looseObject({
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  exec: execSchema.optional(),
  'auth-provider': z.unknown().optional(),
});
const kubeconfigSchema = z.looseObject({
  'current-context': z.string().min(1),
  contexts: named('context', z.looseObject({ cluster: z.string(), user: z.string() })),
  clusters: named('cluster', clusterSchema),
  users: named('user', userSchema),
});
type User = z.infer<typeof userSchema>;

/**
 * Reads a kubeconfig's current context: TLS by file or data, tokens by value or file, basic, and exec plugins.
 * Rejects with `ClusterAccessError`; the retired `auth-provider` is refused by name.
 */
export async function readKubeconfig(path: string): Promise<ClusterAccess> {
  const config = await parseFile(path);
  const context = pick(path, 'context', config.contexts, config['current-context']).context;
  const { cluster } = pick(path, 'cluster', config.clusters, context.cluster);
  const { user } = pick(path, 'user', config.users, context.user);
  if (user['auth-provider'] !== undefined) throw new ClusterAccessError(`${path}: user ${context.user} has an auth-provider, which Kubernetes has retired: use exec`);
  const folder = dirname(path);
  const [ca, cert, key] = await Promise.all([
    dataOrFile(folder, cluster['certificate-authority-data'], cluster['certificate-authority']),
    dataOrFile(folder, user['client-certificate-data'], user['client-certificate']),
    dataOrFile(folder, user['client-key-data'], user['client-key']),
  ]);
  return {
    server: new URL(cluster.server),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(cluster['tls-server-name'] !== undefined && { servername: cluster['tls-server-name'] }),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    authorization: authorizationOf(folder, user),
  };
}

async function parseFile(path: string): Promise<z.infer<typeof kubeconfigSchema>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ClusterAccessError(`${path} can't be read (${error.code ?? 'unknown'})`);
  });
  const parsed = kubeconfigSchema.safeParse(yamlOf(path, text));
  if (parsed.success) return parsed.data;
  throw new ClusterAccessError(`${path} is not a kubeconfig: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}

function yamlOf(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new ClusterAccessError(`${path} is not YAML`);
  }
}

function pick<T extends { readonly name: string }>(path: string, what: string, among: readonly T[], name: string): T {
  const found = among.find((candidate) => candidate.name === name);
  if (!found) throw new ClusterAccessError(`${path} names the ${what} ${name} but does not define it`);
  return found;
}

async function dataOrFile(folder: string, data: string | undefined, file: string | undefined): Promise<Buffer | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64');
  return file === undefined ? undefined : readFile(resolve(folder, file));
}

function authorizationOf(folder: string, user: User): ClusterAccess['authorization'] {
  if (user.exec) return execCredential(user.exec, folder);
  if (user.tokenFile !== undefined) return tokenFromFile(resolve(folder, user.tokenFile));
  if (user.token !== undefined) return () => Promise.resolve(`Bearer ${user.token}`);
  if (user.username !== undefined) return () => Promise.resolve(`Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`);
  return () => Promise.resolve(undefined);
}

/** Read anew each time: such tokens are rotated in place. */
export const tokenFromFile = (path: string) => async (): Promise<string> => `Bearer ${(await readFile(path, 'utf8')).trim()}`;
