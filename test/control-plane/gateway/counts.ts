import type { RealResponse } from './request';

export interface FailedRequest {
  /** When it was sent, as ISO 8601. */
  readonly at: string;
  /** Milliseconds since the count began: whether it failed at the start, or in which step. */
  readonly afterMs: number;
  /** Status and body of the response, or the error of the connection. */
  readonly cause: string;
  readonly version?: string;
}

export interface LoadReport {
  readonly requests: number;
  /** Requests with a 2xx response, by the image tag of the container that answered. */
  readonly byVersion: Readonly<Record<string, number>>;
  readonly failed: readonly FailedRequest[];
  /** Such as `0 failed of 20000 requests`. */
  readonly line: string;
}

const MAX_BODY = 200;

/** Counts the results of requests. */
export class Counts {
  private requests = 0;
  private readonly byVersion: Record<string, number> = {};
  private readonly failed: FailedRequest[] = [];

  /** `begunAt`: default now. */
  constructor(private readonly begunAt = new Date()) {}

  /** `at`: when the request was sent. */
  answered(at: Date, { status, version, body }: RealResponse): void {
    if (status < 200 || status > 299 || version === undefined)
      return this.fail(at, `status ${status}: ${body.trim().slice(0, MAX_BODY)}`, version);
    this.requests += 1;
    this.byVersion[version] = (this.byVersion[version] ?? 0) + 1;
  }

  /** There was no complete response. */
  unanswered(at: Date, error: unknown): void {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    this.fail(at, code ?? message ?? String(error), undefined);
  }

  report(): LoadReport {
    const line = `${this.failed.length} failed of ${this.requests} requests`;
    return { requests: this.requests, byVersion: { ...this.byVersion }, failed: [...this.failed], line };
  }

  private fail(at: Date, cause: string, version: string | undefined): void {
    this.requests += 1;
    const afterMs = at.getTime() - this.begunAt.getTime();
    this.failed.push({ at: at.toISOString(), afterMs, cause, ...(version !== undefined && { version }) });
  }
}
