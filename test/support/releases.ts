import { verifyChain } from '@alloy/audit';
import { releaseStream, type StoredEvent } from '@alloy/contracts';
import { PostgresEventStore } from '@alloy/event-store';
import type { Pool } from 'pg';
import { eventually } from './eventually';
import { manifests } from './manifests';

export interface Door {
  readonly url: string;
  readonly user: string;
  readonly token: string;
}

type Files = Readonly<Record<string, string>>;

/** Types of the decisions that end a release. */
export const ENDS: readonly string[] = [
  'ReleasePromoted', 'ReleaseRolledBack', 'ReleaseFailed', 'ReleaseStuck', 'ReleaseRejected', 'ReleaseSuperseded',
  'ReleaseAborted', 'ReleaseHandedBack',
];

/** Limits for hanging calls: a response, also while its servers are frozen for 45 s, and a release. */
const ANSWERED_MS = 180_000;
const ENDED_MS = 300_000;

/** Posts releases to the API like a pipeline, and reads them from the log like an outside observer. */
export class Releases {
  private readonly store: PostgresEventStore;

  /** `pool`: to the log itself with its owner, without any service. */
  constructor(
    readonly pool: Pool,
    readonly door: Door,
  ) {
    this.store = new PostgresEventStore({ pool });
  }

  /**
   * Posts the webhook and returns the release's id. Retries a broken connection, but only if the log does not have the
   * request.
   */
  async deploy(project: string, tag: string, files: Files = manifests(project)): Promise<string> {
    const ask = async (): Promise<string> => (await this.asked(project, tag)) ?? (await this.post(project, tag, files));
    return eventually(ask, { timeoutMs: ANSWERED_MS, everyMs: 100 });
  }

  /**
   * Retries a broken connection, but only if the log does not have the request. `orEnded`: accepts a release that has
   * ended meanwhile.
   */
  async abort(releaseId: string, { orEnded = false } = {}): Promise<void> {
    const ask = async (): Promise<void> => {
      if ((await this.events(releaseId)).some(({ type }) => type === 'AbortRequested')) return;
      try {
        await this.ask(`/api/v1/releases/${releaseId}/abort`, { reason: 'asked by a test' });
      } catch (error) {
        if (!(orEnded && String(error).includes('"code":"too_late"'))) throw error;
      }
    };
    await eventually(ask, { timeoutMs: ANSWERED_MS, everyMs: 100 });
  }

  /** The release's events, as written. Throws if the chain of their hashes is broken. */
  async events(releaseId: string): Promise<readonly StoredEvent[]> {
    const events = await this.store.read(releaseStream(releaseId), { raw: true });
    const flaws = verifyChain(events);
    if (flaws.length > 0) throw new Error(`the log was tampered with: ${JSON.stringify(flaws)}`);
    return events;
  }

  /** Waits for the first event of this type that `accept` accepts. */
  async event(releaseId: string, type: string, accept: (event: StoredEvent) => boolean = () => true): Promise<StoredEvent> {
    const look = async (): Promise<StoredEvent> => {
      const events = await this.events(releaseId);
      const found = events.find((event) => event.type === type && accept(event));
      if (found) return found;
      throw new Error(`release ${releaseId} has no such ${type} yet: ${events.map((event) => event.type).join(', ')}`);
    };
    return eventually(look, { timeoutMs: ENDED_MS, everyMs: 50 });
  }

  /**
   * Waits for the end of the release; returns the type of its last decision. `timeoutMs`: a limit for hanging tests;
   * default 300 s.
   */
  async ended(releaseId: string, { timeoutMs = ENDED_MS } = {}): Promise<string> {
    const look = async (): Promise<string> => {
      const types = (await this.events(releaseId)).map((event) => event.type);
      const end = types.find((type) => ENDS.includes(type));
      if (end) return end;
      throw new Error(`release ${releaseId} has not ended: ${types.join(', ')}`);
    };
    return eventually(look, { timeoutMs, everyMs: 100 });
  }

  async stable(project: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ tag: string }>(
      `SELECT image_tag AS tag FROM stable_version WHERE project = $1 ORDER BY ordinal DESC LIMIT 1`,
      [project],
    );
    return rows[0]?.tag;
  }

  private async asked(project: string, tag: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT correlation_id AS id FROM event WHERE type = 'ReleaseRequested' AND project = $1 AND data->>'imageTag' = $2`,
      [project, tag],
    );
    if (rows.length > 1) throw new Error(`${tag} of ${project} was accepted ${rows.length} times`);
    return rows[0]?.id;
  }

  private async post(project: string, tag: string, files: Files): Promise<string> {
    const body = { user_id: this.door.user, project_id: project, image_tag: tag, commit_sha: 'abc123def', strategy: 'auto', files };
    return ((await this.ask('/api/webhook/deploy', body)) as { release_id: string }).release_id;
  }

  private async ask(path: string, body: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.door.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.door.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}
