export interface TrafficBounds {
  /** Requests per second. */
  readonly rps: number;
  /** Ends after this number of requests; default: no limit. */
  readonly requests?: number;
  /** Ends after this time in ms; default: no limit. */
  readonly forMs?: number;
}

const TICK_MS = 10;
// Requests missed in a slow turn of the event loop are dropped beyond this time: a listener accepts one connection per
// turn, so larger bursts would accumulate until a pod's grace period is over.
const CATCH_UP_MS = 20;

/** Calls `send` at an even rate until a limit is reached or it is stopped; calls that return false do not count. */
export class TrafficStream {
  private readonly timer: NodeJS.Timeout;
  private readonly startedAt = performance.now();
  private lastTick = this.startedAt;
  private owed = 0;
  private sent = 0;
  private finish: () => void = () => undefined;
  /** Resolves when it has ended. */
  readonly ended = new Promise<void>((resolve) => (this.finish = resolve));

  constructor(
    private readonly bounds: TrafficBounds,
    private readonly send: () => boolean,
  ) {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.finish();
  }

  private tick(): void {
    const now = performance.now();
    const { rps, requests = Infinity, forMs = Infinity } = this.bounds;
    this.owed += (Math.min(CATCH_UP_MS, now - this.lastTick) * rps) / 1000;
    this.lastTick = now;
    for (; this.owed >= 1 && this.sent < requests; this.owed--) if (this.send()) this.sent++;
    if (this.sent >= requests || now - this.startedAt >= forMs) this.stop();
  }
}
