import { spawn, type SpawnOptions } from 'node:child_process';
import { resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { OpenIDConnectAuth } from '@kubernetes/client-node/dist/oidc_auth.js';
import { z } from 'zod';
import { ClusterAccessError } from './cluster-access-error';

// What kubectl reads in a kubeconfig and client-node 2.0.1 does not, or reads differently: remove what a later version does itself (docs/adr/0006).

const text = z.string().nullish();
export const clusterSchema = z.looseObject({ server: z.url({ protocol: /^https?$/ }), 'certificate-authority': text, 'certificate-authority-data': text, 'proxy-url': text });
export const userSchema = z.looseObject({
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  exec: z.looseObject({ apiVersion: z.string(), command: z.string().min(1), args: z.array(z.string()).nullish(), env: z.array(z.object({ name: z.string(), value: z.string() })).nullish() }).nullish(),
  'auth-provider': z.looseObject({ name: z.string(), config: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});
type Cluster = z.infer<typeof clusterSchema>;
type User = z.infer<typeof userSchema>;

interface Entries {
  readonly path: string;
  readonly folder: string;
  /** Of the user. */
  readonly name: string;
  readonly cluster: Cluster;
  readonly user: User;
  /** Used unless the kubeconfig has a `proxy-url`. */
  readonly proxy: string | undefined;
}

/** Fields that client-node ignores, or by which it fails, and what to do instead. */
const unsupported = {
  user: { 'as-groups': 'give the rights to the user that is impersonated', 'as-uid': 'remove it', 'as-user-extra': 'remove it' },
  // The renewal would fail: it never sends the secret, and with a CA of its own it sends nothing at all.
  oidc: { 'client-secret': 'use an exec plugin', 'idp-certificate-authority': 'use NODE_EXTRA_CA_CERTS', 'idp-certificate-authority-data': 'use NODE_EXTRA_CA_CERTS' },
};
const PLUGIN_TIMEOUT_MS = 30_000;

/** The entries as client-node has to read them so that it does what kubectl does. */
export function forClientNode({ path, folder, name, cluster, user, proxy }: Entries): { readonly cluster: object; readonly user: object } {
  const refuse = (what: string): never => {
    throw new ClusterAccessError(`${path}: user ${name} has ${what}`);
  };
  const provider = user['auth-provider'];
  if (provider && provider.name !== 'oidc') refuse(`the auth-provider ${provider.name}, which Kubernetes has retired: use exec`);
  for (const [field, instead] of Object.entries(unsupported.user)) if (user[field]) refuse(`${field}, which Alloy does not support: ${instead}`);
  for (const [field, instead] of Object.entries(unsupported.oidc)) if (provider?.config?.[field]) refuse(`an oidc auth-provider with ${field}, which Alloy does not support: ${instead}`);
  return {
    cluster: {
      ...dataFirst(cluster, 'certificate-authority'),
      'proxy-url': cluster['proxy-url'] ?? proxy,
      // client-node refuses http:// otherwise; who names such a server (kubectl proxy, a test) has decided.
      ...(cluster.server.startsWith('http:') && { 'insecure-skip-tls-verify': true }),
    },
    user: { ...dataFirst(dataFirst(user, 'client-certificate'), 'client-key'), ...credentialsOf(user, folder) },
  };
}

/** As for kubectl: the data wins over the file, and the file of a token over the token. */
const dataFirst = <T extends Readonly<Record<string, unknown>>>(entry: T, file: string): T => (entry[`${file}-data`] ? { ...entry, [file]: undefined } : entry);

function credentialsOf({ exec, tokenFile, username, password }: User, folder: string): object {
  if (exec) return { exec: { ...exec, env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: execInfo(exec.apiVersion) }] }, token: undefined, username: undefined };
  // client-node knows the file of a token by this name only; it reads it anew each minute.
  if (tokenFile) return { 'auth-provider': { name: 'tokenFile', config: { tokenFile: resolve(folder, tokenFile) } }, token: undefined };
  return username ? { password: password ?? '' } : {};
}

/** A plugin of `client.authentication.k8s.io/v1` must be given this variable. */
const execInfo = (apiVersion: string): string => JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });

/** Repairs the authenticators of `config`: a plugin runs in the kubeconfig's folder and for 30 s at most; an OIDC token is renewed when it expires, not for each request, and more than once. */
export function addWhatClientNodeLacks(config: KubeConfig, folder: string): void {
  const provider = config.getCurrentUser()?.authProvider;
  if (provider?.name === 'oidc') repairProvider(provider.config ?? {});
  for (const authenticator of config['authenticators']) {
    if (authenticator instanceof ExecAuth) Object.assign(authenticator, { execFn: runIn(folder) });
    if (authenticator instanceof OpenIDConnectAuth) Object.defineProperty(authenticator, 'currentTokenExpiration', { get: () => expirationOf(config), set: () => undefined });
  }
}

const runIn = (folder: string) => (command: string, args: readonly string[] | null | undefined, options: SpawnOptions) =>
  spawn(command, args ?? [], { ...options, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: PLUGIN_TIMEOUT_MS, killSignal: 'SIGKILL' });

/** After a renewal client-node takes the seconds for which the token is good for the time at which it expires: the token itself says that. */
const expirationOf = (config: KubeConfig): number => OpenIDConnectAuth.expirationFromToken(config.getCurrentUser()?.authProvider.config['id-token']);

function repairProvider(config: Record<string, unknown>): void {
  const issuer = String(config['idp-issuer-url']);
  // client-node gives openid-client a text, which it does not take for a URL (kubernetes-client/javascript#2202).
  if (URL.canParse(issuer)) config['idp-issuer-url'] = new URL(issuer);
  // An issuer that does not rotate refresh tokens answers with none: the old one stays good, but client-node forgets it.
  let kept = config['refresh-token'];
  Object.defineProperty(config, 'refresh-token', { get: () => kept, set: (next: unknown) => void (kept = next ?? kept) });
}
