import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../../support/installation';
import { manifests } from '../../support/manifests';
import { Poster } from '../poster';
import type { ApiServer } from './api-server';
import { inParallel } from './in-parallel';

/** Of each project: one pod for each version, and a stage that waits for the canary's pod for as long as the measurement takes. */
const POLICY = { stages: [{ weight: 50, duration: 5, deadline: 600 }], progressDeadline: 3_600, analysis: { mode: 'metrics', minRequests: 25 } };
const PODS = 1;
export const FIRST = 'v1';
/** Its pods never become ready, unless the node is told otherwise. */
export const CANARY = 'v2-slow';
const POSTERS = 4;
const POLL_MS = 250;
const RELEASES_OF_TAG = `SELECT correlation_id FROM event WHERE type = 'ReleaseRequested' AND data->>'imageTag' = $1`;

/** How far a wait came. */
export interface Reached {
  readonly count: number;
  readonly seconds: number;
}

/** Many projects, each in a namespace of its own, that release at the same time. */
export class Fleet {
  private names: readonly string[] = [];
  /** Projects whose canary was posted. */
  private readonly canaries = new Set<string>();

  constructor(
    private readonly installation: Installation,
    private readonly server: ApiServer,
  ) {}

  /** Projects so far. */
  get size(): number {
    return this.names.length;
  }

  /** Posts a canary of each project that has none, which waits for its pod. */
  async postCanaries(): Promise<void> {
    const idle = this.names.filter((name) => !this.canaries.has(name));
    for (const name of idle) this.canaries.add(name);
    await this.post(idle, CANARY);
  }

  /** Registers more projects; gives their names. */
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

  /** Posts one release of each project, a few at a time. Rejects if one is answered otherwise than by 202 or 429. */
  async post(projects: readonly string[], tag: string): Promise<void> {
    const { url, user, token } = this.installation.releases.door;
    const posters = Array.from({ length: POSTERS }, () => new Poster());
    try {
      await inParallel(POSTERS, projects, async (project) => {
        const poster = posters.pop()!;
        const files = manifests(project, PODS);
        const body = Buffer.from(JSON.stringify({ user_id: user, project_id: project, image_tag: tag, commit_sha: 'abc123def', strategy: 'auto', files }));
        for (let accepted = false; !accepted; ) {
          const { status, text, retryAfter } = await poster.ask(`${url}/api/webhook/deploy`, body, { authorization: `Bearer ${token}` });
          accepted = status === 202;
          if (status === 429) await delay(retryAfter * 1_000);
          else if (!accepted) throw new Error(`the webhook of ${project} was answered ${status}: ${text}`);
        }
        posters.push(poster);
      });
    } finally {
      for (const poster of posters) poster.close();
    }
  }

  /** Waits until that many releases of the tag have been promoted, for `patienceMs` at most. Rejects if one ends otherwise. */
  promoted(tag: string, count: number, patienceMs: number): Promise<Reached> {
    return this.reached(count, patienceMs, async () => {
      const { promoted, otherwise } = await this.ends(tag);
      if (otherwise > 0) throw new Error(`${otherwise} releases of ${tag} ended, but not promoted`);
      return promoted;
    });
  }

  /** Waits until that many releases of the tag have ended, however, for `patienceMs` at most. */
  ended(tag: string, count: number, patienceMs: number): Promise<Reached> {
    return this.reached(count, patienceMs, async () => {
      const { promoted, otherwise } = await this.ends(tag);
      return promoted + otherwise;
    });
  }

  /** When each release of the tag was promoted, ms since 1970. */
  async promotions(tag: string): Promise<readonly number[]> {
    const { rows } = await this.installation.releases.pool.query<{ at: Date }>(
      `SELECT occurred_at AS at FROM event WHERE type = 'ReleasePromoted' AND correlation_id IN (${RELEASES_OF_TAG})`,
      [tag],
    );
    return rows.map(({ at }) => at.getTime());
  }

  /** Waits until that many canary pods run that are not ready, for `patienceMs` at most. */
  live(count: number, patienceMs: number): Promise<Reached> {
    return this.reached(count, patienceMs, async () => this.server.node.counts.waiting);
  }

  /** How many releases of the tag have not ended, by status: `3 releasing, 1 promoting`. */
  async unfinished(tag: string): Promise<string> {
    const { rows } = await this.installation.releases.pool.query<{ status: string; count: string }>(
      `SELECT status, count(*) FROM release WHERE NOT ended AND release_id IN (${RELEASES_OF_TAG}) GROUP BY status ORDER BY count(*) DESC`,
      [tag],
    );
    return rows.map(({ status, count }) => `${count} ${status}`).join(', ');
  }

  private async ends(tag: string): Promise<{ readonly promoted: number; readonly otherwise: number }> {
    const { rows } = await this.installation.releases.pool.query<{ promoted: number; otherwise: number }>(
      `SELECT count(*) FILTER (WHERE status = 'promoted')::integer AS promoted, count(*) FILTER (WHERE ended AND status <> 'promoted')::integer AS otherwise
       FROM release WHERE release_id IN (${RELEASES_OF_TAG})`,
      [tag],
    );
    return rows[0]!;
  }

  private async reached(count: number, patienceMs: number, look: () => Promise<number>): Promise<Reached> {
    const begun = performance.now();
    for (;;) {
      const reached = await look();
      const seconds = (performance.now() - begun) / 1_000;
      if (reached >= count || seconds * 1_000 >= patienceMs) return { count: reached, seconds };
      await delay(POLL_MS);
    }
  }
}
