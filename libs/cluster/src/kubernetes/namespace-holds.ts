import { ClusterError, isClusterError } from '../errors';

interface Hold {
  /** End of the hold, by the monotonic clock, ms. */
  readonly until: number;
  readonly error: ClusterError;
}

const NAMESPACE = /\/namespaces\/([^/]+)/;

/**
 * Namespaces to which Retry-After forbids requests for some time. Each namespace has its own hold, so that a limited
 * namespace does not delay releases in others. Requests outside any namespace share one hold.
 */
export class NamespaceHolds {
  private readonly holds = new Map<string, Hold>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Starts or extends the hold of the path's namespace if the error is a 429 or 503 with Retry-After. */
  take(path: string, error: unknown): void {
    const seconds = isClusterError(error, 'too_many_requests', 'server_error') ? error.details.retryAfterSeconds : undefined;
    if (seconds === undefined || !isLimit(error as ClusterError)) return;
    const until = this.now() + seconds * 1_000;
    if (until > (this.holds.get(namespaceOf(path))?.until ?? 0)) this.holds.set(namespaceOf(path), { until, error: error as ClusterError });
  }

  /** Throws the error of the API server, with the remaining seconds, while the path's namespace is held. */
  check(path: string): void {
    const namespace = namespaceOf(path);
    const held = this.holds.get(namespace);
    if (!held) return;
    const left = held.until - this.now();
    if (left <= 0) {
      this.holds.delete(namespace);
      return;
    }
    const { code, message, details } = held.error;
    throw new ClusterError(code, message, { ...details, retryAfterSeconds: left / 1_000 });
  }
}

const namespaceOf = (path: string): string => NAMESPACE.exec(path)?.[1] ?? '';
const isLimit = ({ details }: ClusterError): boolean => details.status === 429 || details.status === 503;
