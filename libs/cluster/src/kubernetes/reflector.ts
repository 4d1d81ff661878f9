import type { KubeObject } from '@alloy/contracts';
import { backgroundClock, backOffMs, Loop, type RetryPause } from '@alloy/runtime';
import { ClusterError, isClusterError } from '../errors';
import type { Keep, Query, Watching, WatchEvent } from '../ports';
import { resourcePath } from '../resources';
import { unreachable, type KubeHttp } from './kube-http';
import { lines } from './lines';
import { listAll } from './list-all';

export interface ReflectorOptions {
  /**
   * Requested duration of a watch, seconds; default 300. It is multiplied by a random factor of 1 to 2, as in
   * client-go.
   */
  readonly timeoutSeconds?: number;
  /**
   * Time without data after which a watch counts as dead, ms; default 90 s, because an API server sends a bookmark
   * every minute.
   */
  readonly idleMs?: number;
  readonly random?: () => number;
  readonly baseBackoffMs?: number;
  /** Selects the fields of each object that are kept and reported; default: all. */
  readonly keep?: Keep;
  /** Called with the error of each failed list or watch; the reflector retries it. */
  readonly onError?: (error: unknown) => void;
}

interface Line {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

/** A watch that ends before this time without an event counts as failed. */
const SHORT_MS = 1_000;

const TIMEOUT_SECONDS = 300;
const IDLE_MS = 90_000;

/**
 * Follows a list of objects: it lists them, and then watches from the resourceVersion of the list, with bookmarks. If
 * that version has become too old (410), it lists again. If a watch fails, ends or becomes silent, it opens another
 * one, after a failure with a jittered backoff or after the time of Retry-After.
 */
export class Reflector implements Watching {
  readonly objects = new Map<string, KubeObject>();
  readonly synced: Promise<void>;
  failure: unknown;
  private readonly stopping = new AbortController();
  private isSynced!: () => void;
  private failures = 0;
  private readonly loop: Loop;
  private resourceVersion: string | undefined;
  private readonly keep: Keep;

  constructor(
    private readonly http: KubeHttp,
    private readonly query: Query,
    private readonly onEvent: (event: WatchEvent) => void,
    private readonly options: ReflectorOptions = {},
  ) {
    this.keep = options.keep ?? ((object) => object);
    this.synced = new Promise((resolve) => (this.isSynced = resolve));
    this.loop = new Loop({
      step: () => this.listAndWatch(),
      intervalMs: 0,
      onError: (error) => this.record(error),
      afterError: (_, error) => this.pauseAfter(error),
      clock: backgroundClock,
    });
    this.loop.start();
  }

  stop(): void {
    this.stopping.abort();
    void this.loop.stop();
  }

  retry(): void {
    if (this.loop.state === 'waiting') this.loop.trigger();
  }

  /** Resolves with true when the watch has ended: the next one is opened immediately. */
  private async listAndWatch(): Promise<boolean> {
    try {
      if (this.resourceVersion === undefined) await this.list();
      await this.watch();
      return true;
    } catch (error) {
      if (this.stopping.signal.aborted) return false;
      throw error;
    }
  }

  private async list(): Promise<void> {
    const { items: listed, resourceVersion } = await listAll(this.http, this.query, this.stopping.signal);
    const items = listed.map(this.keep);
    this.objects.clear();
    for (const item of items) this.objects.set(nameOf(item), item);
    this.resourceVersion = resourceVersion;
    this.failure = undefined;
    this.onEvent({ type: 'synced', objects: items });
    this.isSynced();
  }

  private async watch(): Promise<void> {
    const random = this.options.random ?? Math.random;
    const timeoutSeconds = Math.ceil((this.options.timeoutSeconds ?? TIMEOUT_SECONDS) * (1 + random()));
    const response = await this.http.stream({
      method: 'GET',
      path: resourcePath(this.query),
      query: {
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: this.resourceVersion,
        timeoutSeconds,
        labelSelector: this.query.labels,
        fieldSelector: this.query.fields,
      },
      idleMs: this.options.idleMs ?? IDLE_MS,
      signal: this.stopping.signal,
    });
    const opened = performance.now();
    this.failure = undefined;
    let received = 0;
    try {
      for await (const line of lines(response)) {
        this.http.answered();
        this.handle(JSON.parse(line) as Line);
        received += 1;
      }
    } catch (error) {
      throw error instanceof ClusterError ? error : unreachable(`watch ${this.query.kind}`, error as NodeJS.ErrnoException);
    } finally {
      response.destroy();
    }
    // The backoff prevents that the server ends one watch after another at once.
    if (received === 0 && performance.now() - opened < SHORT_MS)
      throw unreachable(`watch ${this.query.kind}`, new Error('the server ended the watch as soon as it was opened'));
  }

  private handle({ type, object: received }: Line): void {
    if (type === 'ERROR')
      throw new ClusterError(received.code === 410 ? 'gone' : 'server_error', `watch ${this.query.kind}: ${received.code ?? ''}`);
    this.failures = 0;
    this.resourceVersion = received.metadata.resourceVersion ?? this.resourceVersion;
    if (type === 'BOOKMARK') return;
    const object = this.keep(received);
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        this.objects.set(nameOf(object), object);
        this.onEvent({ type: type === 'ADDED' ? 'added' : 'modified', object });
        return;
      case 'DELETED':
        this.objects.delete(nameOf(object));
        this.onEvent({ type: 'deleted', object });
    }
  }

  private record(error: unknown): void {
    this.failures += 1;
    if (isClusterError(error, 'gone')) this.resourceVersion = undefined;
    else this.failure = error;
    this.options.onError?.(error);
  }

  /** By the failures since the last event of a watch. `retry` does not shorten what the API server asks for. */
  private pauseAfter(error: unknown): RetryPause {
    // The first time without a wait, because a new list is all that is needed.
    if (isClusterError(error, 'gone') && this.failures === 1) return { afterMs: 0, notBeforeMs: 0 };
    const { baseBackoffMs: firstMs = 250, random = Math.random } = this.options;
    const askedMs = isClusterError(error) ? (error.details.retryAfterSeconds ?? 0) * 1_000 : 0;
    const afterMs = Math.max(askedMs, backOffMs({ firstMs, mostMs: 30_000, jitter: 0.5 }, this.failures, random()));
    return { afterMs, notBeforeMs: askedMs > 0 ? afterMs : 0 };
  }
}

const nameOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
