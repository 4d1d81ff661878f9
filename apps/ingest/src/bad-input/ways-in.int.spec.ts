import { body } from '../testing/deploy-body';
import { deploy } from './testing/lines/pipelines';
import { sendSigned, text } from './testing/lines/signed';
import { job, openStage, type Stage } from './testing/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const token = () => stage.issuer.sign(job());
const requesterOf = async (id: string) => (await stage.ingest.ledger.log.load(id)).events[0]!.actor;

describe('a job’s token', () => {
  it('releases to the environment that trusts it, with its repository as the actor', async () => {
    const { status, json } = await deploy(stage.ingest, await token());
    expect(status).toBe(202);
    expect(await requesterOf(json.release_id)).toEqual({ kind: 'ci', id: 'github:acme/shop' });
  });

  it('is valid for one change, and for any number of reads', async () => {
    const once = await token();
    const { json } = await deploy(stage.ingest, once);
    expect(await deploy(stage.ingest, once)).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    for (let i = 0; i < 3; i += 1)
      expect((await stage.ingest.call(`/api/v1/releases/${json.release_id}`, { token: once })).status).toBe(200);
  });

  it('may only deploy', async () => {
    const { json } = await deploy(stage.ingest, await token());
    expect(await stage.ingest.post(`/api/v1/releases/${json.release_id}/abort`, {}, await token())).toMatchObject({
      status: 403,
      json: { code: 'forbidden_scope' },
    });
  });
});

describe('a signed webhook', () => {
  it('releases with its project as the actor', async () => {
    const { status, json } = await sendSigned(stage.ingest);
    expect(status).toBe(202);
    expect(await requesterOf(json.release_id)).toEqual({ kind: 'ci', id: 'webhook:shop' });
  });

  it('creates one release if it is sent repeatedly', async () => {
    const first = await sendSigned(stage.ingest, { id: 'msg_once' });
    expect(first.status).toBe(202);
    const again = { status: 202, json: { release_id: first.json.release_id } };
    expect(await sendSigned(stage.ingest, { id: 'msg_once' })).toMatchObject(again);
    expect(await sendSigned(stage.ingest, { id: 'msg_once', headers: { 'idempotency-key': 'another' } })).toMatchObject(again);
    expect(await sendSigned(stage.ingest, { id: 'msg_once', content: text({ image_tag: 'v2' }) })).toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    });
  });
});

it('accepts the running selector again', async () =>
  expect(await stage.ingest.deploy(body({ image_tag: 'v2' }))).toMatchObject({ status: 202 }));
