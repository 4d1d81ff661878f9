import type { Agent } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { Cluster, KubeConfig, User } from '@kubernetes/client-node';
import { ClusterAccessError } from './cluster-access-error';

/** The credentials for a request that starts now. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  /** URL of the proxy. */
  readonly proxy: string | undefined;
  /** The agent of client-node, which supports SOCKS. */
  readonly agent: Agent;
  /** Number of times that the kubeconfig had been reloaded. */
  readonly generation: number;
}

/**
 * Minimum time between two reloads, so that with a server that refuses all credentials not each request is sent twice.
 */
const RELOAD_MS = 10_000;

/**
 * Access to one API server by client-node's `KubeConfig`, which renews expired tokens and reads rotated files again.
 */
export class ClusterAccess {
  private config: KubeConfig;
  private generation = 0;
  private reloadedAt = -Infinity;
  private pending: Promise<Credentials> | undefined;

  /** `load` throws `ClusterAccessError`; `now`: monotonic clock, ms. */
  constructor(private readonly load: () => KubeConfig, private readonly now: () => number = () => performance.now()) {
    this.config = load();
  }

  get server(): string {
    return this.cluster.server;
  }

  /** Concurrent callers share one result, so that a plugin runs once. Rejects with `ClusterAccessError`. */
  credentials(): Promise<Credentials> {
    if (this.pending) return this.pending;
    const reading = this.read().finally(() => {
      if (this.pending === reading) this.pending = undefined;
    });
    this.pending = reading;
    return reading;
  }

  /**
   * Loads the kubeconfig again, because the API server refused `used` (401): a token was revoked or rotated, or has
   * expired according to the server's clock. A plugin runs again. Returns whether there are newer credentials. There
   * are none if the kubeconfig was loaded less than 10 s ago or cannot be loaded, or with OIDC, because the token in
   * the kubeconfig is older than the renewed one.
   */
  renew(used: Credentials): boolean {
    if (used.generation !== this.generation) return true;
    if (isOidc(this.user) || this.now() - this.reloadedAt < RELOAD_MS) return false;
    this.reloadedAt = this.now();
    return this.reload();
  }

  private reload(): boolean {
    try {
      this.config = this.load();
    } catch {
      return false;
    }
    this.generation += 1;
    this.pending = undefined;
    return true;
  }

  private async read(): Promise<Credentials> {
    const { generation, user, cluster } = this;
    const options = await this.optionsOf(user);
    const { auth, ca, cert, key, rejectUnauthorized = true, servername, agent } = options;
    const headers = { ...(auth && { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` }), ...options.headers };
    return {
      // The file of a token often ends with a newline.
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value).trim()])),
      tls: { ca, cert, key, rejectUnauthorized, servername },
      proxy: cluster.proxyUrl,
      agent: agent as Agent,
      generation,
    };
  }

  private async optionsOf(user: User): Promise<RequestOptions> {
    const { config } = this;
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
      if (isEmpty(options) && (user.exec || isOidc(user))) throw new NoCredentials();
      return options;
    } catch (error) {
      if (config === this.config && isSpent(error, user)) this.reload();
      throw explained(error, user);
    }
  }

  private get cluster(): Cluster {
    return this.config.getCurrentCluster()!;
  }

  private get user(): User {
    return this.config.getCurrentUser()!;
  }
}

class NoCredentials extends Error {}

/**
 * Whether the kubeconfig must be loaded again before the next attempt: client-node keeps the output of a plugin even if
 * it is no credential, and a revoked refresh token.
 */
const isSpent = (error: unknown, { exec }: User): boolean =>
  exec !== undefined || error instanceof NoCredentials || (error as { readonly error?: string }).error === 'invalid_grant';
const isOidc = ({ authProvider }: User): boolean => authProvider?.name === 'oidc';
const isEmpty = ({ headers = {}, cert }: RequestOptions): boolean => !cert && !('Authorization' in headers);

/** Describes the error without the output of a plugin or an identity provider, which may contain a secret. */
function explained(error: unknown, user: User): ClusterAccessError {
  const { code, path } = error as NodeJS.ErrnoException;
  const suffix = code === undefined ? '' : ` (${code})`;
  if (user.exec) {
    const plugin = `${user.exec.command}, which the kubeconfig names for credentials,`;
    const isAnswer = error instanceof NoCredentials || error instanceof SyntaxError || error instanceof TypeError;
    return new ClusterAccessError(
      isAnswer
        ? `${plugin} gave no ExecCredential with a token or a client certificate`
        : `${plugin} failed${suffix}: run it as the user of this process to see why`,
    );
  }
  if (isOidc(user))
    return new ClusterAccessError(
      `the id-token of ${user.name} has expired and was not renewed ` +
        `at ${user.authProvider.config?.['idp-issuer-url']}${suffix}: log in again`,
    );
  return new ClusterAccessError(`the credentials of ${user.name} can't be read${suffix}${path === undefined ? '' : `: ${path}`}`);
}
