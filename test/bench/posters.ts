import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../support/installation';
import { manifests } from '../support/manifests';
import { Poster } from './poster';
import { quantile } from './quantile';
import { number, type Section } from './section';

const POSTERS = 100;
const SECONDS = 20;

interface Seen {
  /** Ms of each request that was accepted, refused with 429, and failed otherwise. */
  readonly accepted: number[];
  readonly refused: number[];
  readonly failed: number[];
}

/** 100 pipelines that post one release after the other and obey Retry-After, while every service runs. */
export async function benchPosters(installation: Installation, project: string): Promise<Section> {
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
  const seen: Seen = { accepted: [], refused: [], failed: [] };
  const until = performance.now() + SECONDS * 1_000;
  const pipeline = async (): Promise<void> => {
    const poster = new Poster();
    while (performance.now() < until) {
      const begun = performance.now();
      const { status, retryAfter } = await poster.ask(`${url}/api/webhook/deploy`, body(), { authorization: `Bearer ${token}` });
      (status === 202 ? seen.accepted : status === 429 ? seen.refused : seen.failed).push(performance.now() - begun);
      if (status !== 202) await delay(Math.min(retryAfter * 1_000, Math.max(0, until - performance.now())));
    }
    poster.close();
  };
  await Promise.all(Array.from({ length: POSTERS }, pipeline));
  const row = (what: string, ms: readonly number[]): readonly string[] => [
    what,
    `${ms.length}`,
    ...[0.5, 0.99].map((q) => (ms.length === 0 ? '' : number(quantile(ms, q)))),
  ];
  return {
    title: 'Webhook: 100 posters at once',
    text: `${POSTERS} pipelines post one release after the other for ${SECONDS} s, each over a connection of its own, to a whole Alloy on one machine; a refused request is retried after Retry-After. A request that would wait longer than two seconds for its turn is refused at once. The aim: no failure, and an accepted request takes no longer than the wait and the work.`,
    head: ['', 'requests', 'p50, ms', 'p99, ms'],
    rows: [row('202', seen.accepted), row('429', seen.refused), row('failed otherwise', seen.failed)],
    missed: seen.failed.length === 0 ? [] : [`${seen.failed.length} requests of ${POSTERS} posters failed otherwise than by 429`],
  };
}
