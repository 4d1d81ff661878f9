import { ClusterError, isClusterError } from '../errors';

interface Hold {
  /** By the monotonic clock, ms. */
  readonly until: number;
  readonly error: ClusterError;
}

const NAMESPACE = /\/namespaces\/([^/]+)/;

/**
 * Namespaces in which the API server asked, by Retry-After, not to be called for some time; requests outside any namespace are held together.
 * Each namespace is held by itself, so that one that is limited does not delay releases in others.
 */
export class NamespaceHolds {
  private readonly holds = new Map<string, Hold>();

  /** `now`: monotonic clock, ms. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Holds the path's namespace if the API server asked for that (429, or 503 with Retry-After). */
  take(path: string, error: unknown): void {
    const seconds = isClusterError(error, 'too_many_requests', 'server_error') ? error.details.retryAfterSeconds : undefined;
    if (seconds === undefined || !isLimit(error as ClusterError)) return;
    const until = this.now() + seconds * 1_000;
    if (until > (this.holds.get(namespaceOf(path))?.until ?? 0)) this.holds.set(namespaceOf(path), { until, error: error as ClusterError });
  }

  /** Throws what the API server answered, with the seconds that are left, while the path's namespace is held. */
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
