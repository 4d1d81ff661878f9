import { readFileSync } from 'node:fs';

export interface GatewayResponse {
  readonly status: number;
  /** Image tag of the container that answered; undefined: the playground itself answered. */
  readonly version: string | undefined;
  readonly cookies: readonly string[];
}

export interface GatewayRequest {
  /** `namespace/name` of the HTTPRoute. */
  readonly route: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default GET. */
  readonly method?: string;
  /** Default `/`. */
  readonly path?: string;
}

/** Sends one request through the playground by the rules of an HTTPRoute. */
export const sendByRoute = (kubeconfig: string, { route, path = '/', ...more }: GatewayRequest): Promise<GatewayResponse> =>
  send(kubeconfig, { route, path }, more);

/** Sends one request through the playground by the Ingresses of a namespace. */
export const sendByIngress = (
  kubeconfig: string, namespace: string, { host, path = '/', ...more }: Omit<GatewayRequest, 'route'> & { readonly host: string },
): Promise<GatewayResponse> => send(kubeconfig, { ingresses: namespace, host, path }, more);

async function send(
  kubeconfig: string, parameters: Readonly<Record<string, string>>,
  { headers = {}, method = 'GET' }: Pick<GatewayRequest, 'headers' | 'method'>,
): Promise<GatewayResponse> {
  const answer = await ask(kubeconfig, `/playground/gateway?${new URLSearchParams(parameters)}`, method, headers);
  await answer.arrayBuffer();
  return { status: answer.status, version: answer.headers.get('x-version') ?? undefined, cookies: answer.headers.getSetCookie() };
}

/** The requests that a pod of the playground has answered, by its own count. */
export async function requestsOf(kubeconfig: string, namespace: string, pod: string): Promise<number> {
  const page = await (await ask(kubeconfig, `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy/metrics`)).text();
  return [...page.matchAll(/^http_requests_total\{[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}

function ask(kubeconfig: string, path: string, method = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    readonly clusters: ReadonlyArray<{ readonly cluster: { readonly server: string } }>;
    readonly users: ReadonlyArray<{ readonly user: { readonly token: string } }>;
  };
  // The port serves http and https, and fetch does not trust the playground's certificate.
  const server = config.clusters[0]!.cluster.server.replace('https:', 'http:');
  return fetch(`${server}${path}`, { method, headers: { ...headers, authorization: `Bearer ${config.users[0]!.user.token}` } });
}
