import { spawn, type SpawnOptions } from 'node:child_process';
import { resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { OpenIDConnectAuth } from '@kubernetes/client-node/dist/oidc_auth.js';
import { z } from 'zod';
import { ClusterAccessError } from './cluster-access-error';

// The fields of a kubeconfig that client-node 2.0.1 does not read, or reads differently from kubectl. Remove each part
// that a later version makes unnecessary (docs/adr/0006).

const text = z.string().nullish();
export const clusterSchema = z.looseObject({
  server: z.url({ protocol: /^https?$/ }),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'proxy-url': text,
});
export const userSchema = z.looseObject({
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  exec: z
    .looseObject({
      apiVersion: z.string(),
      command: z.string().min(1),
      args: z.array(z.string()).nullish(),
      env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
    })
    .nullish(),
  'auth-provider': z.looseObject({ name: z.string(), config: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});
type Cluster = z.infer<typeof clusterSchema>;
type User = z.infer<typeof userSchema>;

interface Entries {
  readonly path: string;
  readonly folder: string;
  /** Name of the user. */
  readonly name: string;
  readonly cluster: Cluster;
  readonly user: User;
  /** Used unless the kubeconfig has a `proxy-url`. */
  readonly proxy: string | undefined;
}

/** Fields that client-node ignores or on which it fails, with what the user can do instead. */
const unsupported = {
  user: { 'as-groups': 'give the rights to the user that is impersonated', 'as-uid': 'remove it', 'as-user-extra': 'remove it' },
  // The renewal of a token would fail: client-node never sends the secret, and with a CA in the kubeconfig it sends
  // nothing at all.
  oidc: {
    'client-secret': 'use an exec plugin',
    'idp-certificate-authority': 'use NODE_EXTRA_CA_CERTS',
    'idp-certificate-authority-data': 'use NODE_EXTRA_CA_CERTS',
  },
};
const PLUGIN_TIMEOUT_MS = 30_000;

/** Converts the entries so that client-node does with them what kubectl does with the original ones. */
export function forClientNode({ path, folder, name, cluster, user, proxy }: Entries): { readonly cluster: object; readonly user: object } {
  const refuse = (what: string): never => {
    throw new ClusterAccessError(`${path}: user ${name} has ${what}`);
  };
  const provider = user['auth-provider'];
  if (provider && provider.name !== 'oidc') refuse(`the auth-provider ${provider.name}, which Kubernetes has retired: use exec`);
  for (const [field, instead] of Object.entries(unsupported.user))
    if (user[field]) refuse(`${field}, which Alloy does not support: ${instead}`);
  for (const [field, instead] of Object.entries(unsupported.oidc))
    if (provider?.config?.[field]) refuse(`an oidc auth-provider with ${field}, which Alloy does not support: ${instead}`);
  return {
    cluster: {
      ...dataFirst(cluster, 'certificate-authority'),
      'proxy-url': cluster['proxy-url'] ?? proxy,
      // client-node refuses http:// otherwise. A user who configures such a server (kubectl proxy, a test) has chosen
      // so.
      ...(cluster.server.startsWith('http:') && { 'insecure-skip-tls-verify': true }),
    },
    user: { ...dataFirst(dataFirst(user, 'client-certificate'), 'client-key'), ...credentialsOf(user, folder) },
  };
}

/** Removes the name of the file if there is data, because kubectl prefers the data. */
const dataFirst = <T extends Readonly<Record<string, unknown>>>(entry: T, file: string): T =>
  entry[`${file}-data`] ? { ...entry, [file]: undefined } : entry;

function credentialsOf({ exec, tokenFile, username, password }: User, folder: string): object {
  if (exec)
    return {
      exec: { ...exec, env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: execInfo(exec.apiVersion) }] },
      token: undefined,
      username: undefined,
    };
  // client-node reads a token from a file only with this auth-provider, and again each minute. kubectl prefers the file
  // to a token.
  if (tokenFile) return { 'auth-provider': { name: 'tokenFile', config: { tokenFile: resolve(folder, tokenFile) } }, token: undefined };
  return username ? { password: password ?? '' } : {};
}

/** Value of the environment variable that plugins of `client.authentication.k8s.io/v1` require. */
const execInfo = (apiVersion: string): string => JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });

/**
 * Repairs the authenticators of `config`. A plugin runs in the folder of the kubeconfig and for at most 30 s. An OIDC
 * token is renewed whenever it has expired, instead of once and then for each request.
 */
export function repairAuthenticators(config: KubeConfig, folder: string): void {
  const provider = config.getCurrentUser()?.authProvider;
  if (provider?.name === 'oidc') repairProvider(provider.config ?? {});
  for (const authenticator of config['authenticators']) {
    if (authenticator instanceof ExecAuth) Object.assign(authenticator, { execFn: runIn(folder) });
    if (authenticator instanceof OpenIDConnectAuth)
      Object.defineProperty(authenticator, 'currentTokenExpiration', { get: () => expirationOf(config), set: () => undefined });
  }
}

const runIn = (folder: string) => (command: string, args: readonly string[] | null | undefined, options: SpawnOptions) =>
  spawn(command, args ?? [], {
    ...options,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PLUGIN_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });

/**
 * The expiration according to the token. After a renewal client-node uses the lifetime of the token (seconds) as its
 * time of expiration.
 */
const expirationOf = (config: KubeConfig): number =>
  OpenIDConnectAuth.expirationFromToken(config.getCurrentUser()?.authProvider.config['id-token']);

function repairProvider(config: Record<string, unknown>): void {
  const issuer = String(config['idp-issuer-url']);
  // client-node passes the issuer as a string to openid-client, which requires a URL
  // (kubernetes-client/javascript#2202).
  if (URL.canParse(issuer)) config['idp-issuer-url'] = new URL(issuer);
  // An issuer that does not rotate refresh tokens returns none. The old one remains valid, but client-node would
  // discard it.
  let kept = config['refresh-token'];
  Object.defineProperty(config, 'refresh-token', { get: () => kept, set: (next: unknown) => void (kept = next ?? kept) });
}
