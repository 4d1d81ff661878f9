import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoredEvent } from '@alloy/contracts';

/** Connection data that `npm start` writes into its home. */
export interface Card {
  readonly url: string;
  readonly user: string;
  readonly project: string;
  /** Path. */
  readonly token: string;
  /** Path. */
  readonly kubeconfig: string;
}

export interface ReleaseView {
  readonly id: string;
  readonly status: string;
  readonly strategy: string | null;
  readonly reason: { readonly code: string; readonly text: string } | null;
}

/** Client of Alloy's HTTP API for the demo. */
export class Api {
  private readonly headers: Record<string, string>;

  constructor(private readonly card: Card) {
    this.headers = { authorization: `Bearer ${readFileSync(card.token, 'utf8').trim()}`, 'content-type': 'application/json' };
  }

  /**
   * Posts the original webhook with the manifests of `shop`; returns the release's id. Throws with the answer if it is
   * refused.
   */
  async release(shop: string, tag: string): Promise<string> {
    const file = (name: string): string => readFileSync(join(shop, 'k8s', `${name}.yaml`)).toString('base64');
    const files = { secret: file('secret'), service: file('service'), deployment: file('deployment') };
    const body = {
      user_id: this.card.user, project_id: this.card.project, image_tag: tag, commit_sha: 'abc123def', strategy: 'auto',
      files,
    };
    const answer = await this.ask('/api/webhook/deploy', { method: 'POST', body: JSON.stringify(body) });
    return (answer as { release_id: string }).release_id;
  }

  /** Waits for the release's end. Throws after `timeoutMs` (default 180 000). */
  async ended(id: string, timeoutMs = 180_000): Promise<ReleaseView> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const release = (await this.ask(`/api/v1/releases/${id}`)) as ReleaseView;
      if (['promoted', 'rolledBack', 'failed', 'stuck', 'rejected', 'superseded', 'aborted'].includes(release.status)) return release;
      if (performance.now() > end) throw new Error(`release ${id} is still ${release.status} after ${timeoutMs / 1000} s`);
      await delay(200);
    }
  }

  /** The project's log as stored, one JSON event per line, as `alloy replay --file` reads it. */
  async log(): Promise<string> {
    let text = '';
    for (let after = ''; ; ) {
      const answer = await fetch(`${this.card.url}/api/v1/events?raw=true&project=${this.card.project}${after}`, { headers: this.headers });
      if (!answer.ok) throw new Error(`the request for the log failed with status ${answer.status}`);
      text += await answer.text();
      if (!answer.headers.has('link')) return text;
      after = `&after=${answer.headers.get('next-cursor')}`;
    }
  }

  async events(id: string): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (let cursor: unknown = undefined; cursor !== null; ) {
      const page = (await this.ask(
        `/api/v1/releases/${id}/events${cursor === undefined ? '' : `?cursor=${encodeURIComponent(String(cursor))}`}`,
      )) as { items: StoredEvent[]; nextCursor: unknown };
      events.push(...page.items);
      cursor = page.nextCursor ?? null;
    }
    return events;
  }

  private async ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const answer = await fetch(`${this.card.url}${path}`, { ...init, headers: this.headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${path} was answered ${answer.status}: ${text}`);
    return JSON.parse(text);
  }
}
