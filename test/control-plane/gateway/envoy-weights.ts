import type { Weights } from './http-route';

interface Routes {
  readonly configs?: readonly { readonly route_config?: { readonly virtual_hosts?: readonly VirtualHost[] } }[];
}

interface VirtualHost {
  readonly domains: readonly string[];
  readonly routes?: readonly { readonly route?: Action }[];
}

interface Action {
  /** `<namespace>/<service>/<port>/<hash>`. */
  readonly cluster?: string;
  readonly weighted_clusters?: { readonly clusters: readonly { readonly name: string; readonly weight: number }[] };
}

/** Parses Envoy's dump of the route configurations: the weights of each route of the host, by Service. */
export function weightsIn(dump: string, host: string): readonly Weights[] {
  const { configs = [] } = JSON.parse(dump) as Routes;
  const hosts = configs.flatMap(({ route_config: config }) => config?.virtual_hosts ?? []);
  const routes = hosts.filter(({ domains }) => domains.includes(host)).flatMap((one) => one.routes ?? []);
  return routes.map(({ route = {} }) => {
    const clusters = route.weighted_clusters?.clusters ?? (route.cluster === undefined ? [] : [{ name: route.cluster, weight: 100 }]);
    return Object.fromEntries(clusters.map(({ name, weight }) => [name.split('/')[1] ?? name, weight]));
  });
}
