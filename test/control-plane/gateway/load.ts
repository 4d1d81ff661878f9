import http from 'node:http';
import { Counts, type LoadReport } from './counts';
import { send, type RealRequest } from './request';

export interface LoadOptions extends RealRequest {
  /** Requests per second, at most 500; default 200. */
  readonly rps?: number;
}

const DEFAULT_RPS = 200;
const MAX_RPS = 500;
const TICK_MS = 5;
/** After a longer pause of the event loop the requests of that time are left out instead of sent in a burst. */
const MAX_PAUSE_MS = 100;
/** Contour lets Envoy close a connection that is idle for 60 s: a request that is sent at that moment would fail. */
const IDLE_MS = 20_000;

/**
 * Users who send requests at a constant rate, each without waiting for the response to another one, until `stop`. A
 * request fails if its status is not 2xx, or if there is no complete response within 10 s; none is repeated.
 */
export class Load {
  private readonly total = new Counts();
  /** Parts that `next` counts. */
  private readonly parts = new Set<Part>();
  private readonly agent = new http.Agent({ keepAlive: true, timeout: IDLE_MS });
  private readonly pending = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  /** When the next request is due. */
  private due = performance.now();

  private constructor(
    private readonly port: number,
    private readonly options: LoadOptions,
    private readonly everyMs: number,
  ) {
    this.timer = setInterval(() => this.sendDue(), TICK_MS);
  }

  /** Starts to send requests to a port of loopback. */
  static start(port: number, options: LoadOptions): Load {
    const { rps = DEFAULT_RPS } = options;
    if (!(rps > 0 && rps <= MAX_RPS)) throw new Error(`a load has more than 0 and at most ${MAX_RPS} requests per second, not ${rps}`);
    return new Load(port, options, 1_000 / rps);
  }

  /** The answered requests so far. */
  report(): LoadReport {
    return this.total.report();
  }

  /**
   * The results of the next `requests` that are sent; resolves when all are answered. Fewer if the load stops before.
   */
  next(requests: number): Promise<LoadReport> {
    return new Promise((resolve) => void this.parts.add({ counts: new Counts(), unsent: requests, unanswered: requests, resolve }));
  }

  /** Stops, waits for the responses, and returns all results. */
  async stop(): Promise<LoadReport> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
    this.agent.destroy();
    for (const { counts, resolve } of this.parts) resolve(counts.report());
    return this.report();
  }

  private sendDue(): void {
    const now = performance.now();
    if (now - this.due > MAX_PAUSE_MS) this.due = now;
    for (; this.due <= now; this.due += this.everyMs) {
      const one = this.sendOne().finally(() => this.pending.delete(one));
      this.pending.add(one);
    }
  }

  private async sendOne(): Promise<void> {
    const parts = [...this.parts].filter(({ unsent }) => unsent > 0);
    for (const part of parts) part.unsent -= 1;
    const counts = [this.total, ...parts.map((part) => part.counts)];
    const at = new Date();
    try {
      const response = await send(this.port, this.options, this.agent);
      for (const one of counts) one.answered(at, response);
    } catch (error) {
      for (const one of counts) one.unanswered(at, error);
    }
    for (const part of parts) this.finishOne(part);
  }

  private finishOne(part: Part): void {
    part.unanswered -= 1;
    if (part.unanswered > 0) return;
    this.parts.delete(part);
    part.resolve(part.counts.report());
  }
}

interface Part {
  readonly counts: Counts;
  unsent: number;
  unanswered: number;
  readonly resolve: (report: LoadReport) => void;
}
