/** An address at which a pod may serve its metrics page. */
export interface PageEndpoint {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** Including the query, if any. */
  readonly path: string;
}

interface Port {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: string;
}
interface Probe {
  readonly httpGet?: { readonly port: number | string; readonly scheme?: string };
}
interface Container {
  readonly name: string;
  readonly ports?: readonly Port[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
}

/** The parts of a pod that determine where its metrics page is. */
export interface ScrapedPod {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: unknown;
}

/** Names of ports that serve metrics, most specific first. */
export const METRICS_PORTS = [
  'metrics', 'http-metrics', 'https-metrics', 'prometheus', 'http-prometheus', 'prom', 'http-prom', 'telemetry',
  'monitoring', 'management', 'actuator',
] as const;
/** Names of ports of web servers, which usually serve their own metrics. */
export const WEB_PORTS = ['http', 'web', 'https', 'http-web', 'web-http', 'api', 'app', 'server'] as const;
/** Port numbers that imply https if neither name nor probe says otherwise. */
export const HTTPS_NUMBERS: readonly number[] = [443, 6443, 8443, 9443];
/** Tried in this order if no annotation names the path; the second is Spring Boot's, the third Quarkus'. */
export const DEFAULT_PATHS = ['/metrics', '/actuator/prometheus', '/q/metrics'] as const;
/** Containers added by a mesh or an operator; their ports serve their own metrics. */
const SIDECARS = new Set([
  'istio-proxy', 'linkerd-proxy', 'envoy', 'envoy-sidecar', 'consul-dataplane', 'cloud-sql-proxy', 'vault-agent',
  'daprd',
]);
/** Number of ports to try if neither name nor annotation identifies one. */
const MAX_PORTS = 2;

/** Prometheus annotations of a pod. */
const annotation = ({ metadata }: ScrapedPod, name: 'scrape' | 'port' | 'path' | 'scheme'): string | undefined =>
  metadata.annotations?.[`prometheus.io/${name}`];

/**
 * Addresses to read a pod's metrics page from, in order; the next is used only after a 404. Empty:
 * `prometheus.io/scrape: "false"`, or no TCP port.
 * Port: `prometheus.io/port` (a number or a port's name); else a port named as in `METRICS_PORTS`; else one named as in
 * `WEB_PORTS`; else the first that is not gRPC. The pod's default container precedes others, mesh sidecars come last.
 * Path: `prometheus.io/path`, else `DEFAULT_PATHS`. Scheme: `prometheus.io/scheme`, else that of a probe of this port,
 * else by the port's name, else by its number, else http.
 */
export function pageEndpoints(pod: ScrapedPod): readonly PageEndpoint[] {
  if (annotation(pod, 'scrape') === 'false') return [];
  const path = annotation(pod, 'path');
  const paths = path === undefined || path === '' ? DEFAULT_PATHS : [path.startsWith('/') ? path : `/${path}`];
  const ports = portsToTry(pod);
  return paths.flatMap((one) => ports.map(({ port, scheme }) => ({ scheme, port, path: one })));
}

function portsToTry(pod: ScrapedPod): ReadonlyArray<{ readonly port: number; readonly scheme: PageEndpoint['scheme'] }> {
  const containers = containersOf(pod);
  const declared = containers.flatMap((container) =>
    (container.ports ?? []).filter(({ protocol = 'TCP' }) => protocol === 'TCP').map((port) => ({ ...port, container })),
  );
  const annotated = annotation(pod, 'port') ?? '';
  const number = /^\d{1,5}$/.test(annotated) ? Number(annotated) : declared.find(({ name }) => name === annotated)?.containerPort;
  if (number !== undefined && number > 0 && number < 65_536)
    return [
      {
        port: number,
        scheme: schemeOf(
          pod,
          number,
          declared.find(({ containerPort }) => containerPort === number),
        ),
      },
    ];
  const ranked = declared.map((port) => ({ port, rank: rankOf(port) })).sort((a, b) => a.rank - b.rank);
  const [best] = ranked;
  const isNamed = best !== undefined && best.rank <= METRICS_PORTS.length;
  return ranked
    .slice(0, isNamed ? 1 : MAX_PORTS)
    .map(({ port }) => ({ port: port.containerPort, scheme: schemeOf(pod, port.containerPort, port) }));
}

/** The default container first, then the others in order. */
function containersOf(pod: ScrapedPod): readonly Container[] {
  const containers = (pod.spec as { readonly containers?: readonly Container[] } | undefined)?.containers ?? [];
  const main = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  return [...containers].sort((a, b) => Number(b.name === main) - Number(a.name === main));
}

function rankOf({ name = '', container }: Port & { readonly container: Container }): number {
  const metrics = (METRICS_PORTS as readonly string[]).indexOf(name);
  const isSidecar = SIDECARS.has(container.name);
  if (metrics !== -1 && !isSidecar) return metrics;
  if (/metrics|prom/.test(name) && !isSidecar) return METRICS_PORTS.length;
  const web = (WEB_PORTS as readonly string[]).indexOf(name);
  const base = METRICS_PORTS.length + 1 + (isSidecar ? 100 : 0);
  if (web !== -1) return base + web;
  return base + WEB_PORTS.length + (/^http/.test(name) ? 0 : /grpc/.test(name) ? 2 : 1);
}

function schemeOf(pod: ScrapedPod, number: number, port: (Port & { readonly container: Container }) | undefined): PageEndpoint['scheme'] {
  const annotated = annotation(pod, 'scheme')?.toLowerCase();
  if (annotated === 'http' || annotated === 'https') return annotated;
  const { readinessProbe, livenessProbe, startupProbe } = port?.container ?? {};
  const probed = [readinessProbe, livenessProbe, startupProbe]
    .map((probe) => probe?.httpGet)
    .find((get) => get !== undefined && (get.port === number || get.port === port?.name));
  if (probed) return probed.scheme === 'HTTPS' ? 'https' : 'http';
  if (port?.name !== undefined && /^https|-https$|-tls$|^tls-/.test(port.name)) return 'https';
  return HTTPS_NUMBERS.includes(number) && !/^http(?:-|$)/.test(port?.name ?? '') ? 'https' : 'http';
}

/**
 * Prefers the text format; a server that only supports another one may send that. Spring Boot answers 406 to JSON
 * alone.
 */
export const METRICS_ACCEPT = 'text/plain;version=0.0.4, */*;q=0.1';
