import { base64, body, files, manifest } from '../testing/deploy-body';
import { openDoor, type Door } from '../testing/door';
import { CANARY, deployed, refuses } from '../testing/refusals';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());

const other = (text: string | Buffer) => () => body({ files: { ...files(), other: Buffer.from(text as string).toString('base64') } });
const config = (data: string) => other(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${CANARY}}\ndata:\n  value: ${data}\n`);
const deployment = (from: string, to: string) => () => body({ files: { ...files(), deployment: base64(manifest.deployment.replace(from, to)) } });

const laughs = `l0: &l0 ${CANARY}\n${Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`).join('\n')}`;
const merges = `m0: &m0 {a: ${CANARY}}\n${Array.from({ length: 40 }, (_, i) => `m${i + 1}: &m${i + 1}\n  <<: [*m${i}, *m${i}]\n  k${i}: 1`).join('\n')}`;

describe('the syntax of JSON', () => {
  refuses(() => door, [
    deployed('truncated JSON', () => `{"user_id": "${CANARY}"`, 400, 'malformed_json', ''),
    deployed('JSON that ends in a string', () => `{"user_id": "${CANARY}`, 400, 'malformed_json', ''),
    deployed('no body', () => '', 400, 'malformed_json', ''),
    deployed('something after the JSON', () => `${JSON.stringify(body())} ${CANARY}`, 400, 'malformed_json', ''),
    deployed('NUL', () => `{"user_id": "${CANARY}\0"}`, 400, 'bad_text', ''),
    {
      what: 'invalid UTF-8', status: 400, code: 'bad_text', pointer: '',
      send: () => door.call('/api/webhook/deploy', { method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.concat([Buffer.from(`{"user_id": "${CANARY}`), Buffer.from([0xff, 0x22, 0x7d])]) }),
    },
    deployed('a duplicate key', () => `{"user_id": "${CANARY}", "user_id": "b"}`, 422, 'duplicate_key', '/user_id'),
    deployed('a duplicate key in other spelling', () => `{"files": {"a": "${CANARY}", "\\u0061": "b"}}`, 422, 'duplicate_key', '/files/a'),
    deployed('a depth of 10^4', () => '['.repeat(10_000), 422, 'too_deep', ''),
    deployed('the key __proto__', () => `{"files": {"__proto__": "${CANARY}"}}`, 422, 'forbidden_key', '/files'),
    deployed('the key constructor', () => `{"constructor": {"prototype": "${CANARY}"}}`, 422, 'forbidden_key', ''),
    deployed('a list', () => `["${CANARY}"]`, 422, 'wrong_type', ''),
    deployed('an unknown key', () => body({ whatever: CANARY }), 422, 'unknown_key', '/whatever'),
    deployed('a typo', () => body({ imagetag: CANARY }), 422, 'unknown_key', '/imagetag'),
    deployed('a missing field', () => body({ user_id: undefined }), 422, 'missing_field', '/user_id'),
    deployed('a number for a text', () => body({ image_tag: 1.2 }), 422, 'wrong_type', '/image_tag'),
    deployed('an unknown strategy', () => body({ strategy: CANARY }), 422, 'invalid_value', '/strategy'),
    deployed('a commit that is none', () => body({ commit_sha: `${CANARY} --force` }), 422, 'invalid_value', '/commit_sha'),
    deployed('no files', () => body({ files: {} }), 422, 'missing_field', '/files/deployment'),
    deployed('no service', () => body({ files: { deployment: manifest.deployment } }), 422, 'missing_field', '/files/service'),
    deployed('an empty file', () => body({ files: { ...files(), service: '' } }), 422, 'invalid_value', '/files/service'),
  ]);

  it('hints at the key that was meant', async () => {
    expect((await door.deploy(body({ imageTag: 'v1' }))).json.detail).toContain('image_tag');
    expect((await door.deploy(body({ strategi: 'auto' }))).json.detail).toContain('strategy');
  });

  it('names everything that is wrong', async () => {
    const answer = await door.deploy(body({ image_tag: '', commit_sha: '' }));
    expect(answer.json.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/image_tag', '/commit_sha']);
  });
});

describe('the syntax of YAML', () => {
  refuses(() => door, [
    deployed('bad base64', () => body({ files: { ...files(), other: `*${CANARY}*` } }), 422, 'bad_base64', '/files/other'),
    deployed('base64 of another length', () => body({ files: { ...files(), other: base64(CANARY).slice(0, -1) } }), 422, 'bad_base64', '/files/other'),
    deployed('invalid UTF-8 in base64', other(Buffer.from([0x61, 0x3a, 0x20, 0xff])), 400, 'bad_text', '/files/other'),
    deployed('NUL in base64', other(`a: "${CANARY}\0"`), 400, 'bad_text', '/files/other'),
    deployed('text that is no YAML', other(`a: [${CANARY}`), 422, 'bad_yaml', '/files/other/0'),
    deployed('a duplicate key', other(`a: ${CANARY}\na: 2`), 422, 'duplicate_key', '/files/other/0'),
    deployed('a depth of 10^4', other('['.repeat(10_000)), 422, 'too_deep', '/files/other'),
    deployed('a depth of 10^4 by mappings', other('{a: '.repeat(10_000)), 422, 'too_deep', '/files/other'),
    deployed('an alias bomb', other(laughs), 422, 'too_many_aliases', '/files/other/0'),
    deployed('a merge-key bomb', other(merges), 422, 'too_many_aliases', '/files/other/0'),
    deployed('an alias inside of its anchor', other(`a: &a\n  b: *a\n  c: ${CANARY}`), 422, 'too_many_aliases', '/files/other/0'),
    deployed('a custom tag', other(`a: !ruby/object:Gem {b: ${CANARY}}`), 422, 'custom_tag', '/files/other/0'),
    deployed('the key __proto__', other(`apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n__proto__: {a: ${CANARY}}`), 422, 'forbidden_key', '/files/other/0'),
    deployed('the key constructor', other(`apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {constructor: ${CANARY}}`), 422, 'forbidden_key', '/files/other/0/stringData'),
    deployed('white space only', other(' \n'), 422, 'empty_manifest', '/files/other'),
    deployed('--- only', other('---\n---\n'), 422, 'empty_manifest', '/files/other'),
    deployed('no where a text is wanted', config('no'), 422, 'wrong_type', '/files/other/0/data/value'),
    deployed('1e999 where a text is wanted', config('1e999'), 422, 'wrong_type', '/files/other/0/data/value'),
    deployed('a number beyond 2^53', config('9007199254740993'), 422, 'wrong_type', '/files/other/0/data/value'),
    deployed('a number for the value of a variable', deployment('image:', 'env: [{name: A, value: 1}], image:'), 422, 'wrong_type', '/files/deployment/0/spec/template/spec/containers/0/env/0/value'),
  ]);

  it('says to put in quotes what is to be a text', async () => expect((await door.deploy(config('no')())).json.detail).toContain('quotes'));

  it('reads YAML as kubectl does', async () => {
    const secret = 'volumes: [{name: v, secret: {secretName: web, defaultMode: 0644}}], containers:';
    const answer = await door.deploy(deployment('containers:', secret)());
    expect(answer).toMatchObject({ status: 202 });
    const { events } = await door.ledger.log.load(answer.json.release_id);
    expect(JSON.stringify(await door.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact))).toContain('"defaultMode":420');
  });

  it.each([['an alias bomb', laughs], ['a merge-key bomb', merges], ['depth', '['.repeat(10_000)]])('spends no more than 100 ms of CPU on %s', async (_what, bomb) => {
    const content = other(bomb)();
    const spent: number[] = [];
    // The least of several: what else this process does meanwhile is not the bomb's.
    for (let i = 0; i < 5; i += 1) {
      const before = process.cpuUsage();
      expect((await door.deploy(content)).status).toBe(422);
      const { user, system } = process.cpuUsage(before);
      spent.push((user + system) / 1_000);
    }
    expect(Math.min(...spent)).toBeLessThan(100);
  });
});
