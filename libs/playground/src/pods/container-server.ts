import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createPort, type AddressInfo, type Server as Port, type Socket } from 'node:net';
import { createServer as createTlsPort } from 'node:tls';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type { Behaviour } from './behaviour';
import { selfSignedCertificate } from '../api/self-signed-certificate';
import { MetricsPage } from './pages/metrics-page';
import { RequestRate } from './request-rate';

const MEMORY_AT_START = 64 * 1024 * 1024;
const LEAK_PER_SECOND = 128 * 1024 * 1024;
const LATENCY_MS = { least: 1, spread: 4 };

export interface ContainerServerOptions {
  readonly behaviour: Behaviour;
  /** Uniform in [0, 1): determines which requests fail and how long each takes. */
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** Style of the metrics page, in the format of `METRICS_VARIABLE`; default: the playground's own. */
  readonly metrics?: string | undefined;
  /** An additional port that serves only TLS, from `TLS_VARIABLE`; default: none. */
  readonly tlsPort?: number | undefined;
  /** Sent as the header `VERSION_HEADER` of the application's responses; default: none. */
  readonly version?: string;
  /** Start of the process in seconds since 1970; default 0. */
  readonly processStart?: number;
  /** Time over which the rate of requests is measured, ms; default 1000. */
  readonly rateWindow?: number;
}

/** Address of a container: all of these ports serve the same. 0 is any free port. */
export interface Listening {
  readonly host: string;
  readonly ports: readonly [number, ...number[]];
}
/** Env variable of the container that names its TLS port, with a certificate that no authority signed. */
export const TLS_VARIABLE = 'PLAYGROUND_TLS';

/** Header of the application's responses with the image tag of the container that sent them. */
export const VERSION_HEADER = 'x-version';

const LOOPBACK: Listening = { host: '127.0.0.1', ports: [0] };

/**
 * The server of a container: a real listener, by default on 127.0.0.1.
 * Its metrics page (by default `/metrics`) contains its counts, kubelet probes get its readiness, and any other path is
 * the application.
 */
export class ContainerServer {
  private readonly metrics: MetricsPage;
  private readonly server: Server;
  private readonly further: Port[] = [];
  private tls: number | undefined;
  private readonly startedAt = performance.now();
  /** Connections accepted since the start. */
  private accepted = 0;
  private open = 0;
  private readonly rate: RequestRate;

  constructor(private readonly options: ContainerServerOptions) {
    this.metrics = new MetricsPage(options.metrics, options.processStart ?? 0);
    this.rate = new RequestRate(options.rateWindow ?? 1_000, this.startedAt);
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.on('connection', (socket: Socket) => {
      this.accepted++;
      this.open++;
      socket.once('close', () => this.open--);
    });
  }

  /** Resolves with the first port. */
  async listen({ host, ports: [first, ...others] }: Listening = LOOPBACK): Promise<number> {
    await listenOn(this.server, host, first);
    const { tlsPort } = this.options;
    for (const port of others.filter((port) => port !== tlsPort))
      await this.listenFurther(
        createPort((socket) => this.server.emit('connection', socket)),
        host,
        port,
      );
    if (tlsPort !== undefined)
      this.tls = await this.listenFurther(
        createTlsPort(selfSignedCertificate(), (socket) => this.server.emit('connection', socket)),
        host,
        first === 0 ? 0 : tlsPort,
      );
    return portOf(this.server);
  }

  /** The real TLS port; `undefined`: none. */
  get tlsPort(): number | undefined {
    return this.tls;
  }

  /** Requests to the application per second; undefined: it has not run for the time over which they are counted. */
  get requestsPerSecond(): number | undefined {
    return this.rate.perSecond(performance.now());
  }

  private async listenFurther(further: Port, host: string, port: number): Promise<number> {
    this.further.push(further);
    await listenOn(further, host, port);
    return portOf(further);
  }

  /** Closes once all connections are answered and none arrived for `quietMs`; at the latest after `atMostMs`. */
  async drain(quietMs: number, atMostMs: number): Promise<void> {
    const deadline = performance.now() + atMostMs;
    let before: number;
    do {
      before = this.accepted;
      await delay(quietMs);
      // Elapsed time proves nothing on a busy machine: the loop accepts one connection per turn, and connections left
      // in the backlog would be reset. From a timer to the next immediate it has polled once.
      await turn();
      // An open connection may have an unread request, while a closing server treats it as idle.
    } while ((this.accepted > before || this.open > 0) && performance.now() < deadline);
    for (const port of this.further) port.close();
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => this.server.closeAllConnections(), Math.max(0, deadline - performance.now()));
      this.server.close(() => {
        clearTimeout(cut);
        resolve();
      });
    });
  }

  /** Simulates the death of the process: running requests are aborted. */
  kill(): void {
    for (const port of [this.server, ...this.further]) port.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    // A kept-alive connection would break when its pod is removed.
    response.setHeader('connection', 'close');
    const path = request.url?.split('?')[0];
    if (path === this.metrics.path) return this.serveMetrics(request, response);
    if (path === '/metrics') return void response.writeHead(404).end();
    if (request.headers['user-agent']?.startsWith('kube-probe/'))
      return void response.writeHead(this.options.behaviour.kind === 'slow' ? 503 : 200).end();
    if (this.options.version !== undefined) response.setHeader(VERSION_HEADER, this.options.version);
    const now = performance.now();
    this.rate.count(now);
    this.serve(request, response, now);
  }

  private serveMetrics(request: IncomingMessage, response: ServerResponse): void {
    const { status, text } = this.metrics.answer(this.memory(), request.headers.accept);
    response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
  }

  private serve(request: IncomingMessage, response: ServerResponse, since: number): void {
    const { behaviour, random, log } = this.options;
    if (behaviour.kind === 'panic' && random() < behaviour.rate) {
      log(`http: panic serving ${request.url}`);
      return void response.destroy();
    }
    const code = behaviour.kind === 'errors' && random() < behaviour.rate ? 500 : 200;
    const delay = LATENCY_MS.least + random() * LATENCY_MS.spread + (behaviour.kind === 'latency' ? behaviour.addMs : 0);
    const timer = setTimeout(() => {
      this.metrics.observe(code, (performance.now() - since) / 1000);
      if (code !== 200) log(`${request.method} ${request.url} ${code}`);
      response.writeHead(code, { 'content-type': 'text/plain' }).end(code === 200 ? 'ok\n' : 'internal server error\n');
    }, delay);
    response.once('close', () => clearTimeout(timer));
  }

  private memory(): number {
    return MEMORY_AT_START + (this.options.behaviour.kind === 'leak' ? ((performance.now() - this.startedAt) / 1000) * LEAK_PER_SECOND : 0);
  }
}

const portOf = (server: Port): number => (server.address() as AddressInfo).port;

const listenOn = (server: Port, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
