import { body, files, manifest } from '../../../testing/deploy-body';
import { CANARY, deployed, type Lines } from '../../../testing/refusals';

export const json: Lines = {
  'truncated JSON 400': [
    deployed('truncated JSON', () => `{"user_id": "${CANARY}"`, 400, 'malformed_json', ''),
    deployed('JSON that ends in a string', () => `{"user_id": "${CANARY}`, 400, 'malformed_json', ''),
    deployed('no body', () => '', 400, 'malformed_json', ''),
    deployed('something after the JSON', () => `${JSON.stringify(body())} ${CANARY}`, 400, 'malformed_json', ''),
  ],
  'invalid UTF-8, NUL 400': [
    deployed('NUL, escaped', () => `{"user_id": "${CANARY}\\u0000"}`, 400, 'bad_text', '/user_id'),
    deployed('half a character, escaped', () => `{"files": {"deployment": "${CANARY}\\ud800"}}`, 400, 'bad_text', '/files/deployment'),
    deployed('NUL', () => `{"user_id": "${CANARY}\0"}`, 400, 'bad_text', ''),
    {
      what: 'invalid UTF-8', status: 400, code: 'bad_text', pointer: '',
      send: (ingest) =>
        ingest.call('/api/webhook/deploy', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: Buffer.concat([Buffer.from(`{"user_id": "${CANARY}`), Buffer.from([0xff, 0x22, 0x7d])]),
        }),
    },
  ],
  'duplicate keys 422': [
    deployed('a duplicate key', () => `{"user_id": "${CANARY}", "user_id": "b"}`, 422, 'duplicate_key', '/user_id'),
    deployed('a duplicate key in other spelling', () => `{"files": {"a": "${CANARY}", "\\u0061": "b"}}`, 422, 'duplicate_key', '/files/a'),
  ],
  'depth 10⁴ 422': [deployed('a depth of 10^4', () => '['.repeat(10_000), 422, 'too_deep', '')],
  '`__proto__`, `constructor` keys 422': [
    deployed('the key __proto__', () => `{"files": {"__proto__": "${CANARY}"}}`, 422, 'forbidden_key', '/files'),
    deployed('the key constructor', () => `{"constructor": {"prototype": "${CANARY}"}}`, 422, 'forbidden_key', ''),
  ],
  'unknown key or typo 422': [
    deployed('an unknown key', () => body({ whatever: CANARY }), 422, 'unknown_key', '/whatever'),
    deployed('a typo', () => body({ imagetag: CANARY }), 422, 'unknown_key', '/imagetag'),
  ],
  'a field that is missing, of another type or of another value 422': [
    deployed('a list', () => `["${CANARY}"]`, 422, 'wrong_type', ''),
    deployed('a missing field', () => body({ user_id: undefined }), 422, 'missing_field', '/user_id'),
    deployed('a number for a text', () => body({ image_tag: 1.2 }), 422, 'wrong_type', '/image_tag'),
    deployed('an unknown strategy', () => body({ strategy: CANARY }), 422, 'invalid_value', '/strategy'),
    deployed('a commit that is none', () => body({ commit_sha: `${CANARY} --force` }), 422, 'invalid_value', '/commit_sha'),
    deployed('no files', () => body({ files: {} }), 422, 'missing_field', '/files/deployment'),
    deployed('no service', () => body({ files: { deployment: manifest.deployment } }), 422, 'missing_field', '/files/service'),
    deployed('an empty file', () => body({ files: { ...files(), service: '' } }), 422, 'invalid_value', '/files/service'),
  ],
};
