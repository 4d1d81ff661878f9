import { request } from 'node:http';
import type { EndpointSlice, HttpRoute, Ingress, Pod, Service } from '../kinds';
import type { PodAddress } from '../pods/kubelet';
import { seededRandom } from '../seeded-ids';
import { Gateway } from './gateway';
import { ingressRoutingTo } from './ingress-routing';
import { BackendCycle, routingTo } from './pick-backend';
import { pickEndpoint } from './pick-endpoint';
import { TrafficCounts, type TrafficReport } from './traffic-counts';
import { TrafficStream, type TrafficBounds } from './traffic-stream';

/** Annotation of a Service: requests per second that the playground sends to it; empty or `true` means 120. */
export const TRAFFIC_ANNOTATION = 'playground.alloy.dev/traffic-rps';

const DEFAULT_RPS = 120;
const MAX_RPS = 2_000;
const TIMEOUT_MS = 10_000;
// Limits requests in flight on a slow machine.
const MAX_IN_FLIGHT = 250;
const USER = { 'user-agent': 'playground-traffic' };

/** A cluster's Services and endpoints, as the traffic uses them. */
export interface TrafficSource {
  /**
   * Calls `onService` with each existing Service, `namespace/name`, and on each change; without a Service: it was
   * removed. Returns a function that stops this.
   */
  follow(onService: (key: string, service: Service | undefined) => void): () => void;
  /** The EndpointSlices of a Service, `namespace/name`. */
  slices(key: string): readonly EndpointSlice[];
  /**
   * The HTTPRoutes and GRPCRoutes of a namespace, which divide the requests to the Services that they name; default
   * none.
   */
  routes?(namespace: string): readonly HttpRoute[];
  /** The Ingresses of a namespace, of which a canary Ingress gets a part of the requests; default none. */
  ingresses?(namespace: string): readonly Ingress[];
  pod(namespace: string | undefined, name: string): Pod | undefined;
  /** The real address of a pod's port; `undefined` while not listening. */
  addressOf(pod: Pod, port: number): PodAddress | undefined;
}

export interface TrafficOptions {
  readonly source: TrafficSource;
  readonly clock: () => Date;
  readonly seed: number;
}

/**
 * Sends real requests to the ready endpoints of each annotated Service, or of the backends among which its HTTPRoute or
 * a canary Ingress divides them, and counts results.
 */
export class Traffic {
  /** For requests of others, such as those with a header. */
  readonly gateway: Gateway;
  private readonly streams = new Map<string, { readonly rps: number; readonly stream: TrafficStream }>();
  private readonly bounded = new Set<TrafficStream>();
  private readonly hadEndpoints = new Set<string>();
  private readonly cycle = new BackendCycle();
  private readonly counts: TrafficCounts;
  private readonly random: () => number;
  private inFlight = 0;
  private unsubscribe: () => void = () => undefined;

  constructor(private readonly options: TrafficOptions) {
    this.counts = new TrafficCounts(options.clock);
    this.random = seededRandom(options.seed);
    this.gateway = new Gateway(options.source, this.random);
  }

  start(): void {
    this.unsubscribe = this.options.source.follow((key, service) => this.follow(key, service ? rpsOf(service) : 0));
  }

  stop(): void {
    this.unsubscribe();
    for (const { stream } of this.streams.values()) stream.stop();
    this.streams.clear();
    for (const stream of this.bounded) stream.stop();
  }

  /**
   * Sends to `service` (`namespace/name`) within bounds; resolves when the last request has been sent. Beyond 250 in
   * flight requests are dropped and not counted as sent.
   */
  async run(service: string, bounds: TrafficBounds): Promise<void> {
    const stream = new TrafficStream(bounds, () => this.send(service));
    this.bounded.add(stream);
    await stream.ended;
    this.bounded.delete(stream);
  }

  report(): TrafficReport {
    return this.counts.report(this.inFlight);
  }

  /** Resets the counts; running requests are counted when answered. */
  reset(): void {
    this.counts.reset();
  }

  private follow(key: string, rps: number): void {
    const running = this.streams.get(key);
    if (running?.rps === rps) return;
    running?.stream.stop();
    this.streams.delete(key);
    if (rps > 0) this.streams.set(key, { rps, stream: new TrafficStream({ rps }, () => this.send(key)) });
  }

  /** False: dropped, because too many are in flight. */
  private send(key: string): boolean {
    if (this.inFlight >= MAX_IN_FLIGHT) return false;
    const { source } = this.options;
    const backend = this.backendOf(key);
    const picked = backend === undefined ? undefined : pickEndpoint(source.slices(backend), this.random);
    const target = picked?.endpoint.targetRef;
    const pod = target && source.pod(target.namespace, target.name);
    if (!pod) {
      // A service without endpoints is a failure only after it had some.
      if (this.hadEndpoints.has(key)) this.counts.record(key, undefined, 'no ready endpoint');
      return true;
    }
    this.hadEndpoints.add(key);
    const address = source.addressOf(pod, picked.port ?? 80);
    if (address) this.ask(key, pod, address);
    else this.counts.record(key, pod, 'connection refused');
    return true;
  }

  /** The Service that gets the next request; undefined: the route gives none to any. Sends its copies. */
  private backendOf(key: string): string | undefined {
    const { source } = this.options;
    const namespace = key.split('/')[0]!;
    const routing = routingTo(key, source.routes?.(namespace) ?? []) ?? ingressRoutingTo(key, source.ingresses?.(namespace) ?? []);
    if (!routing) return key;
    for (const service of this.cycle.copies(key, routing.mirrors)) this.gateway.copy(service, { method: 'GET', path: '/', headers: USER });
    return this.cycle.next(key, routing.backends);
  }

  private ask(key: string, pod: Pod, address: PodAddress): void {
    this.inFlight++;
    let counted = false;
    const count = (why?: string): void => {
      if (counted) return;
      counted = true;
      this.inFlight--;
      this.counts.record(key, pod, why);
    };
    const asked = request(
      { ...address, path: '/', agent: false, timeout: TIMEOUT_MS, headers: USER },
      (response) => {
        const { statusCode = 0 } = response;
        response
          .once('end', () => count(statusCode >= 500 ? String(statusCode) : undefined))
          .once('close', () => count('connection closed'))
          .resume();
      },
    );
    asked.once('timeout', () => asked.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    asked.once('error', (error) => count(error.message)).end();
  }
}

/** 0: not annotated. */
function rpsOf({ metadata }: Service): number {
  const asked = metadata.annotations?.[TRAFFIC_ANNOTATION];
  if (asked === undefined || asked === 'false') return 0;
  const rps = asked === '' || asked === 'true' ? DEFAULT_RPS : Number(asked);
  return Number.isFinite(rps) ? Math.min(MAX_RPS, Math.max(0, rps)) : 0;
}
