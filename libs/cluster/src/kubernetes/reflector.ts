import { setTimeout as delay } from 'node:timers/promises';
import type { KubeObject } from '@alloy/contracts';
import { ClusterError, isClusterError } from '../errors';
import type { Keep, Query, Watching, WatchEvent } from '../ports';
import { resourcePath } from '../resources';
import { backoff } from './backoff';
import { unreachable, type KubeHttp } from './kube-http';
import { lines } from './lines';
import { listAll } from './list-all';

export interface ReflectorOptions {
  /** How long the server is asked to keep a watch open, seconds; default 300, doubled by up to a random factor, as client-go does. */
  readonly timeoutSeconds?: number;
  /** Silence after which a watch counts as dead, ms; default 90 s: an API server sends a bookmark every minute. */
  readonly idleMs?: number;
  readonly random?: () => number;
  readonly baseBackoffMs?: number;
  /** What is kept and reported of each object; default all of it. */
  readonly keep?: Keep;
  /** Called with each failed list or watch, which is tried again. */
  readonly onError?: (error: unknown) => void;
}

interface Line {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

/** A watch that tells nothing and ends sooner than that was none. */
const SHORT_MS = 1_000;

const TIMEOUT_SECONDS = 300;
const IDLE_MS = 90_000;

/**
 * Follows a list of objects: list, then watch from there, with bookmarks. A resourceVersion that has become too old (410) means a new list;
 * a silent, closed or failed watch means another, after a jittered backoff or what Retry-After asks for.
 */
export class Reflector implements Watching {
  readonly objects = new Map<string, KubeObject>();
  readonly synced: Promise<void>;
  failure: unknown;
  private readonly stopping = new AbortController();
  private isSynced!: () => void;
  private failures = 0;
  /** Aborted to end the wait for the next try. */
  private waiting: AbortController | undefined;
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
    void this.run();
  }

  stop(): void {
    this.stopping.abort();
  }

  retry(): void {
    this.waiting?.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        if (this.resourceVersion === undefined) await this.list();
        await this.watch();
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        await this.recover(error);
      }
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
      query: { watch: true, allowWatchBookmarks: true, resourceVersion: this.resourceVersion, timeoutSeconds, labelSelector: this.query.labels, fieldSelector: this.query.fields },
      idleMs: this.options.idleMs ?? IDLE_MS,
      signal: this.stopping.signal,
    });
    const opened = performance.now();
    this.failure = undefined;
    let told = 0;
    try {
      for await (const line of lines(response)) {
        this.http.answered();
        this.take(JSON.parse(line) as Line);
        told += 1;
      }
    } catch (error) {
      throw error instanceof ClusterError ? error : unreachable(`watch ${this.query.kind}`, error as NodeJS.ErrnoException);
    } finally {
      response.destroy();
    }
    // Opened again at once it would only be ended again.
    if (told === 0 && performance.now() - opened < SHORT_MS) throw unreachable(`watch ${this.query.kind}`, new Error('it was ended as soon as it was opened'));
  }

  private take({ type, object: told }: Line): void {
    if (type === 'ERROR') throw new ClusterError(told.code === 410 ? 'gone' : 'server_error', `watch ${this.query.kind}: ${told.code ?? ''}`);
    this.failures = 0;
    this.resourceVersion = told.metadata.resourceVersion ?? this.resourceVersion;
    if (type === 'BOOKMARK') return;
    const object = this.keep(told);
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

  private async recover(error: unknown): Promise<void> {
    this.failures += 1;
    if (!isClusterError(error, 'gone')) this.failure = error;
    this.options.onError?.(error);
    if (isClusterError(error, 'gone')) {
      this.resourceVersion = undefined;
      // The first time at once: a new list is all that is needed.
      if (this.failures === 1) return;
    }
    const asked = isClusterError(error) ? (error.details.retryAfterSeconds ?? 0) * 1000 : 0;
    const wait = Math.max(asked, backoff(this.failures, this.options.random ?? Math.random, this.options.baseBackoffMs));
    this.waiting = asked > 0 ? undefined : new AbortController();
    const signal = this.waiting ? AbortSignal.any([this.stopping.signal, this.waiting.signal]) : this.stopping.signal;
    await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
    this.waiting = undefined;
  }
}

const nameOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
