import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../support/installation';
import { manifests } from '../support/manifests';
import { PostClient } from './post-client';
import { quantile } from './quantile';
import { number, goalResult, type Section } from './section';

const CLIENTS = 100;
const SECONDS = 20;

interface Measured {
  /** Ms of each request that was accepted, refused with 429, or failed otherwise. */
  readonly accepted: number[];
  readonly refused: number[];
  readonly failed: number[];
}

/** Lets 100 clients post one release after the other and obey Retry-After, while every service runs. */
export async function benchClients(installation: Installation, project: string): Promise<Section> {
  const { url, user, token } = installation.releases.door;
  const files = manifests(project);
  const body = (): Buffer =>
    Buffer.from(
      JSON.stringify({
        user_id: user,
        project_id: project,
        image_tag: `v-${randomUUID()}`,
        commit_sha: 'abc123def',
        strategy: 'auto',
        files,
      }),
    );
  const seen: Measured = { accepted: [], refused: [], failed: [] };
  const until = performance.now() + SECONDS * 1_000;
  const pipeline = async (): Promise<void> => {
    const client = new PostClient();
    while (performance.now() < until) {
      const begun = performance.now();
      const { status, retryAfter } = await client.send(`${url}/api/webhook/deploy`, body(), { authorization: `Bearer ${token}` });
      (status === 202 ? seen.accepted : status === 429 ? seen.refused : seen.failed).push(performance.now() - begun);
      if (status !== 202) await delay(Math.min(retryAfter * 1_000, Math.max(0, until - performance.now())));
    }
    client.close();
  };
  await Promise.all(Array.from({ length: CLIENTS }, pipeline));
  const row = (what: string, ms: readonly number[]): readonly string[] => [
    what,
    `${ms.length}`,
    ...[0.5, 0.99].map((q) => (ms.length === 0 ? '' : number(quantile(ms, q)))),
  ];
  const ms = (samples: readonly number[], q: number): string => (samples.length === 0 ? '–' : `${number(quantile(samples, q))} ms`);
  return {
    title: `Webhook: ${CLIENTS} concurrent clients`,
    text: [
      `${CLIENTS} clients post one release after the other for ${SECONDS} s, each over its own connection, to a complete Alloy`,
      'on one machine; they retry a refused request after Retry-After. Ingest refuses a request',
      'at once if it would wait longer than two seconds. The goal: no request fails, and an accepted request takes no longer than this wait and the work.',
    ].join(' '),
    head: ['', 'requests', 'p50, ms', 'p99, ms'],
    rows: [row('accepted (202)', seen.accepted), row('refused (429)', seen.refused), row('failed otherwise', seen.failed)],
    figures: [
      { name: `webhook, ${CLIENTS} concurrent clients, accepted: p50`, value: ms(seen.accepted, 0.5) },
      { name: `webhook, ${CLIENTS} concurrent clients, accepted: p99`, value: ms(seen.accepted, 0.99) },
      {
        name: `webhook, ${CLIENTS} concurrent clients: requests that failed (other than 429)`,
        value: `${seen.failed.length}`,
        goal: '0',
        result: goalResult(seen.failed.length === 0),
      },
    ],
  };
}
