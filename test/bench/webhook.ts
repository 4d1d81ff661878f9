import { randomUUID } from 'node:crypto';
import { createPool } from '@alloy/event-store';
import type { Installation } from '../support/installation';
import { manifests } from '../support/manifests';
import { BareTable } from './bare-table';
import { EmptyService } from './empty-service';
import { Poster } from './poster';
import { takeTurns, type Rounds } from './rounds';
import { latencies, type Section } from './section';

const ROUNDS = 7;
const PER_ROUND = 30;
/** A service that has been up for a while is meant, not its first requests. */
const WARM_UP = 300;

/** Times of the webhook's 202, and of a POST to an empty service with one INSERT after it. */
export async function webhookRounds(installation: Installation, project: string): Promise<Readonly<Record<string, Rounds>>> {
  const empty = await EmptyService.start();
  const pool = createPool(installation.addresses().databaseUrl, { name: 'bench', max: 1 });
  const poster = new Poster();
  const { url, user, token } = installation.releases.door;
  const headers = { authorization: `Bearer ${token}` };
  const body = (files: Files): Buffer => bodyOf(user, project, files);
  try {
    const bare = await BareTable.create(pool);
    const against = async (files: () => Files): Promise<Rounds> => {
      const floor = async (): Promise<void> => {
        await poster.post(empty.url, body(files()));
        await bare.insert(`webhook-${randomUUID()}`, 1);
      };
      const webhook = async (): Promise<void> => void (await poster.post(`${url}/api/webhook/deploy`, body(files()), headers));
      for (const once of [floor, webhook]) await timed(once, WARM_UP);
      return takeTurns(
        ROUNDS,
        () => timed(floor, PER_ROUND),
        () => timed(webhook, PER_ROUND),
      );
    };
    return {
      'webhook → 202, the next build with the same files': await against(() => manifests(project)),
      'webhook → 202, files that nobody has posted before': await against(() => neverSeen(manifests(project))),
    };
  } finally {
    poster.close();
    await empty.stop();
    await pool.end();
  }
}

/** Posts files that were never posted, one request after the other; gives how many. */
export async function postForSeconds(installation: Installation, project: string, seconds: number): Promise<number> {
  const poster = new Poster();
  const { url, user, token } = installation.releases.door;
  const until = performance.now() + seconds * 1_000;
  let posted = 0;
  for (; performance.now() < until; posted++) {
    const headers = { authorization: `Bearer ${token}` };
    await poster.post(`${url}/api/webhook/deploy`, bodyOf(user, project, neverSeen(manifests(project))), headers);
  }
  poster.close();
  return posted;
}

/** The webhook's 202 against its floor. */
export async function benchWebhook(installation: Installation, project: string): Promise<Section> {
  const text =
    'One request after the other, over one connection, after 300 of each to warm up. The floor is a POST of the same body to an empty Nest application on Fastify, and then one INSERT that commits by itself. Alloy finds out who asks, reads the manifests and checks them, and what else runs there is looked up meanwhile; it seals them with a key that lay in the keystore before, and commits `ReleaseRequested` with the sealed bundle; only ingest and Postgres run. That is one sync of the disk, as for the floor, and four round trips to Postgres against one: the token, the project with its surroundings, the append, and the views with the COMMIT. Three of the four wait for each other. The rest is the processor, in many small parts: sending those statements and reading the answers, reading the YAML of the Secret, Nest with Fastify, making the keys for later requests. Files without Secrets are known again by their digest; of files that are new, reading the YAML is the largest part.';
  return latencies('Webhook: POST → 202', text, await webhookRounds(installation, project));
}

type Files = Readonly<Record<string, string>>;

/** Of a request for the next build. */
function bodyOf(user: string, project: string, files: Files): Buffer {
  const fields = { user_id: user, project_id: project, image_tag: `v-${randomUUID()}`, commit_sha: 'abc123def', strategy: 'auto', files };
  return Buffer.from(JSON.stringify(fields));
}

const neverSeen = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, `${text}# ${randomUUID()}\n`]));

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
