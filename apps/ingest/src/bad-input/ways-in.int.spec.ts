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
const requesterOf = async (id: string) => (await stage.door.ledger.log.load(id)).events[0]!.actor;

describe('a job’s token', () => {
  it('releases into the environment that trusts it, in the name of its repository', async () => {
    const { status, json } = await deploy(stage.door, await token());
    expect(status).toBe(202);
    expect(await requesterOf(json.release_id)).toEqual({ kind: 'ci', id: 'github:acme/shop' });
  });

  it('changes something once, and may read as often as it likes', async () => {
    const once = await token();
    const { json } = await deploy(stage.door, once);
    expect(await deploy(stage.door, once)).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    for (let i = 0; i < 3; i += 1) expect((await stage.door.call(`/api/v1/releases/${json.release_id}`, { token: once })).status).toBe(200);
  });

  it('may deploy, and no more', async () => {
    const { json } = await deploy(stage.door, await token());
    expect(await stage.door.post(`/api/v1/releases/${json.release_id}/abort`, {}, await token())).toMatchObject({ status: 403, json: { code: 'forbidden_scope' } });
  });
});

describe('a signed webhook', () => {
  it('releases in the name of its project', async () => {
    const { status, json } = await sendSigned(stage.door);
    expect(status).toBe(202);
    expect(await requesterOf(json.release_id)).toEqual({ kind: 'ci', id: 'webhook:shop' });
  });

  it('makes one release, however often it is sent', async () => {
    const first = await sendSigned(stage.door, { id: 'msg_once' });
    expect(first.status).toBe(202);
    const again = { status: 202, json: { release_id: first.json.release_id } };
    expect(await sendSigned(stage.door, { id: 'msg_once' })).toMatchObject(again);
    expect(await sendSigned(stage.door, { id: 'msg_once', headers: { 'idempotency-key': 'another' } })).toMatchObject(again);
    expect(await sendSigned(stage.door, { id: 'msg_once', content: text({ image_tag: 'v2' }) })).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
  });
});

it('the selector that runs is taken again', async () => expect(await stage.door.deploy(body({ image_tag: 'v2' }))).toMatchObject({ status: 202 }));
