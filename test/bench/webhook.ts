import { randomUUID } from 'node:crypto';
import { createPool } from '@alloy/event-store';
import type { Installation } from '../support/installation';
import { manifests } from '../support/manifests';
import { BareTable } from './bare-table';
import { EmptyService } from './empty-service';
import { Poster } from './poster';
import { takeTurns } from './rounds';
import { latencies, type Section } from './section';

const ROUNDS = 7;
const PER_ROUND = 30;
const WARM_UP = 50;

/** The webhook's 202 against a POST to an empty service and one INSERT after it. */
export async function benchWebhook(installation: Installation, project: string): Promise<Section> {
  const empty = await EmptyService.start();
  const pool = createPool(installation.addresses().databaseUrl, { name: 'bench', max: 1 });
  const poster = new Poster();
  const { url, user, token } = installation.releases.door;
  const headers = { authorization: `Bearer ${token}` };
  const body = (): Buffer => Buffer.from(JSON.stringify({ user_id: user, project_id: project, image_tag: `v-${randomUUID()}`, commit_sha: 'abc123def', strategy: 'auto', files: manifests(project) }));
  try {
    const bare = await BareTable.create(pool);
    const floor = async (): Promise<void> => {
      await poster.post(empty.url, body());
      await bare.insert(`webhook-${randomUUID()}`, 1);
    };
    const webhook = async (): Promise<void> => void (await poster.post(`${url}/api/webhook/deploy`, body(), headers));
    for (const once of [floor, webhook]) await timed(once, WARM_UP);
    const rounds = await takeTurns(ROUNDS, () => timed(floor, PER_ROUND), () => timed(webhook, PER_ROUND));
    const text =
      'One request after the other, over one connection. The floor is a POST of the same body to an empty Nest application on Fastify, and then one INSERT that commits by itself. Alloy finds out who asks, reads the manifests and checks them against what else runs there, seals them with a key that lay in the keystore before, and commits `ReleaseRequested`; only ingest and Postgres run. That is one sync of the disk, as for the floor, and six round trips to Postgres against one.';
    return latencies('Webhook: POST → 202', text, { 'webhook → 202': rounds });
  } finally {
    poster.close();
    empty.stop();
    await pool.end();
  }
}

/** Ms that each of `count` runs took. */
async function timed(once: () => Promise<void>, count: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await once();
    taken.push(performance.now() - begun);
  }
  return taken;
}
