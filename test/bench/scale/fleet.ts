import { setTimeout as delay } from 'node:timers/promises';
import { releaseStream } from '@alloy/contracts';
import type { Installation } from '../../support/installation';
import { manifests } from '../../support/manifests';
import { PostClient } from '../post-client';
import type { ClusterUnderTest } from './cluster-under-test';
import { inParallel } from './in-parallel';

/** The policy of each project: one pod per version, and deadlines longer than the measurement. */
const POLICY = {
  stages: [{ weight: 50, duration: 5, deadline: 600 }],
  progressDeadline: 3_600,
  analysis: { mode: 'metrics', minRequests: 25 },
};
const PODS = 1;
/** Image tags. The pods of a canary do not become ready until `ClusterUnderTest.makeReady`. */
const FIRST = 'v1';
const CANARY = 'v2-slow';
const CLIENTS = 4;
const POLL_MS = 250;

type Tag = typeof FIRST | typeof CANARY;

/** The count that a wait reached, and its duration. */
export interface Reached {
  readonly count: number;
  readonly seconds: number;
}

/** Many projects, each in a separate namespace, that release at the same time. */
export class Fleet {
  private names: readonly string[] = [];
  /** Ids of the releases that were posted, by tag and project. */
  private readonly posted = { [FIRST]: new Map<string, string>(), [CANARY]: new Map<string, string>() };

  constructor(
    private readonly installation: Installation,
    private readonly server: ClusterUnderTest,
  ) {}

  /** Number of projects. */
  get size(): number {
    return this.names.length;
  }

  /**
   * Posts the first release of these projects, and waits up to `patienceMs` until the first release of every project is
   * promoted.
   */
  async firstReleases(projects: readonly string[], patienceMs: number): Promise<Reached> {
    const until = performance.now() + patienceMs;
    await this.post(projects, FIRST, until);
    return this.reached(this.size, until - performance.now(), async () => {
      const { promoted, otherwise } = await this.ends(FIRST);
      if (otherwise > 0) throw new Error(`${otherwise} first releases ended, but were not promoted`);
      return promoted;
    });
  }

  /**
   * Posts a canary for each project without one, and waits up to `patienceMs` until all canaries wait for their pods.
   */
  async goLive(patienceMs: number): Promise<Reached> {
    const until = performance.now() + patienceMs;
    const idle = this.names.filter((name) => !this.posted[CANARY].has(name));
    await this.post(idle, CANARY, until);
    return this.reached(this.size, until - performance.now(), () => this.server.waiting());
  }

  /** Registers more projects, up to `to` in total; returns the names of the new ones. */
  async grow(to: number): Promise<readonly string[]> {
    const more = Array.from({ length: to - this.size }, (_, i) => `live-${this.size + i}`);
    const { pool } = this.installation.releases;
    await this.server.createNamespaces(more);
    await pool.query('INSERT INTO project (id) SELECT unnest($1::text[])', [more]);
    await pool.query(
      `INSERT INTO project_policy (project, environment, policy)
       SELECT name, 'production', $2::jsonb || jsonb_build_object('namespace', name) FROM unnest($1::text[]) AS name`,
      [more, JSON.stringify(POLICY)],
    );
    await pool.query(`UPDATE token SET projects = '{*}'`);
    this.names = [...this.names, ...more];
    return more;
  }

  /**
   * Posts one release of each project, a few at a time, and none after `until`, a time of the monotonic clock.
   * Rejects on a response other than 202 or 429.
   */
  private async post(projects: readonly string[], tag: Tag, until: number): Promise<void> {
    const clients = Array.from({ length: CLIENTS }, () => new PostClient());
    try {
      await inParallel(CLIENTS, projects, async (project) => {
        if (performance.now() > until) return;
        const client = clients.pop()!;
        this.posted[tag].set(project, await this.postOne(client, project, tag));
        clients.push(client);
      });
    } finally {
      for (const client of clients) client.close();
    }
  }

  /** Obeys Retry-After; returns the release's id. */
  private async postOne(client: PostClient, project: string, tag: Tag): Promise<string> {
    const { url, user, token } = this.installation.releases.door;
    const files = manifests(project, PODS);
    const fields = { user_id: user, project_id: project, image_tag: tag, commit_sha: 'abc123def', strategy: 'auto', files };
    const body = Buffer.from(JSON.stringify(fields));
    for (;;) {
      const { status, text, retryAfter } = await client.send(`${url}/api/webhook/deploy`, body, { authorization: `Bearer ${token}` });
      if (status === 202) return (JSON.parse(text) as { readonly release_id: string }).release_id;
      if (status !== 429) throw new Error(`the webhook of ${project} was answered ${status}: ${text}`);
      await delay(retryAfter * 1_000);
    }
  }

  /** Waits up to `patienceMs` until `count` canaries have ended, with any outcome. */
  canariesEnded(count: number, patienceMs: number): Promise<Reached> {
    return this.reached(count, patienceMs, async () => {
      const { promoted, otherwise } = await this.ends(CANARY);
      return promoted + otherwise;
    });
  }

  /** The time of each canary's promotion, ms since 1970. */
  async promotions(): Promise<readonly number[]> {
    const { rows } = await this.installation.releases.pool.query<{ at: Date }>(
      `SELECT occurred_at AS at FROM event WHERE stream = ANY($1) AND type = 'ReleasePromoted'`,
      [this.idsOf(CANARY).map(releaseStream)],
    );
    return rows.map(({ at }) => at.getTime());
  }

  /** The numbers of unfinished canaries by status, such as `3 releasing, 1 promoting`. */
  async unfinished(): Promise<string> {
    const { rows } = await this.installation.releases.pool.query<{ status: string; count: string }>(
      'SELECT status, count(*) FROM release WHERE NOT ended AND release_id = ANY($1) GROUP BY status ORDER BY count(*) DESC',
      [this.idsOf(CANARY)],
    );
    return rows.map(({ status, count }) => `${count} ${status}`).join(', ');
  }

  private async ends(tag: Tag): Promise<{ readonly promoted: number; readonly otherwise: number }> {
    const { rows } = await this.installation.releases.pool.query<{ promoted: number; otherwise: number }>(
      `SELECT count(*) FILTER (WHERE status = 'promoted')::integer AS promoted,
         count(*) FILTER (WHERE ended AND status <> 'promoted')::integer AS otherwise
       FROM release WHERE release_id = ANY($1)`,
      [this.idsOf(tag)],
    );
    return rows[0]!;
  }

  private idsOf(tag: Tag): readonly string[] {
    return [...this.posted[tag].values()];
  }

  private async reached(count: number, patienceMs: number, countNow: () => Promise<number>): Promise<Reached> {
    const begun = performance.now();
    for (;;) {
      const reached = await countNow();
      const seconds = (performance.now() - begun) / 1_000;
      if (reached >= count || seconds * 1_000 >= patienceMs) return { count: reached, seconds };
      await delay(POLL_MS);
    }
  }
}
