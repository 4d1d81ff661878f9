import { randomUUID } from 'node:crypto';
import { createPool } from '@alloy/event-store';
import type { Installation } from '../support/installation';
import { manifests } from '../support/manifests';
import { BareTable } from './bare-table';
import { EmptyService } from './empty-service';
import { PostClient } from './post-client';
import { alternate, type Rounds } from './rounds';
import { latencies, type Section } from './section';

const ROUNDS = 7;
const PER_ROUND = 30;
/** The first requests of a service are slower and are not measured. */
const WARM_UP = 300;

/** Measures the webhook until its 202, and a POST to an empty service followed by one INSERT. */
export async function webhookRounds(installation: Installation, project: string): Promise<Readonly<Record<string, Rounds>>> {
  const empty = await EmptyService.start();
  const pool = createPool(installation.addresses().databaseUrl, { name: 'bench', max: 1 });
  const client = new PostClient();
  const { url, user, token } = installation.releases.door;
  const headers = { authorization: `Bearer ${token}` };
  const body = (files: Files): Buffer => bodyOf(user, project, files);
  try {
    const bare = await BareTable.create(pool);
    const measure = async (files: () => Files): Promise<Rounds> => {
      const floor = async (): Promise<void> => {
        await client.post(empty.url, body(files()));
        await bare.insert(`webhook-${randomUUID()}`, 1);
      };
      const webhook = async (): Promise<void> => void (await client.post(`${url}/api/webhook/deploy`, body(files()), headers));
      for (const once of [floor, webhook]) await timed(once, WARM_UP);
      return alternate(
        ROUNDS,
        () => timed(floor, PER_ROUND),
        () => timed(webhook, PER_ROUND),
      );
    };
    return {
      'webhook → 202, same files as before': await measure(() => manifests(project)),
      'webhook → 202, new files': await measure(() => newFiles(manifests(project))),
    };
  } finally {
    client.close();
    await empty.stop();
    await pool.end();
  }
}

/** Posts new files, one request after the other; returns the number of requests. */
export async function postForSeconds(installation: Installation, project: string, seconds: number): Promise<number> {
  const client = new PostClient();
  const { url, user, token } = installation.releases.door;
  const until = performance.now() + seconds * 1_000;
  let posted = 0;
  for (; performance.now() < until; posted++) {
    const headers = { authorization: `Bearer ${token}` };
    await client.post(`${url}/api/webhook/deploy`, bodyOf(user, project, newFiles(manifests(project))), headers);
  }
  client.close();
  return posted;
}

/** Compares the webhook with its floor. */
export async function benchWebhook(installation: Installation, project: string): Promise<Section> {
  const text = [
    `One client sends one request after the other over one connection, after ${WARM_UP} requests of each kind to warm up.`,
    'The floor is a POST of the same body to an empty Nest application on Fastify, and then one INSERT that commits by itself.',
    'Only ingest and Postgres run. Alloy authenticates the request, reads and validates the manifests, and in parallel queries the project',
    'and its other releases. It seals the manifests with a key that it stored in the keystore beforehand, and commits `ReleaseRequested`',
    'with the sealed bundle. That takes one sync of the disk, as for the floor, and four round trips to Postgres instead of one: the',
    'token, the project with its context, the append, and the views with the COMMIT. Three of the four run in sequence. The rest is',
    'processor time in many small parts: sending these statements and reading the responses, parsing the YAML of the Secret, Nest with',
    'Fastify, and generating keys for later requests. Ingest recognizes files without Secrets by their digest; it parses the YAML',
    'of new files.',
  ].join(' ');
  return latencies('Webhook: POST → 202', text, await webhookRounds(installation, project));
}

type Files = Readonly<Record<string, string>>;

/** The body of a request with a new image tag. */
function bodyOf(user: string, project: string, files: Files): Buffer {
  const fields = { user_id: user, project_id: project, image_tag: `v-${randomUUID()}`, commit_sha: 'abc123def', strategy: 'auto', files };
  return Buffer.from(JSON.stringify(fields));
}

const newFiles = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, `${text}# ${randomUUID()}\n`]));

/** Runs `once` `count` times; returns the ms of each run. */
async function timed(once: () => Promise<void>, count: number): Promise<readonly number[]> {
  const ms: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    await once();
    ms.push(performance.now() - begun);
  }
  return ms;
}
