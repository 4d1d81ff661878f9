import { base64, body, files } from '../../../testing/deploy-body';
import { CANARY, deployed, type Lines } from '../../../testing/refusals';
import { config, deployment, laughs, merges, other } from '../yaml-files';

export const yaml: Lines = {
  'bad base64 422 with its path': [
    deployed('bad base64', () => body({ files: { ...files(), other: `*${CANARY}*` } }), 422, 'bad_base64', '/files/other'),
    deployed(
      'base64 of another length',
      () => body({ files: { ...files(), other: base64(CANARY).slice(0, -1) } }),
      422,
      'bad_base64',
      '/files/other',
    ),
  ],
  'invalid UTF-8, NUL 400, in a file': [
    deployed('invalid UTF-8 in base64', other(Buffer.from([0x61, 0x3a, 0x20, 0xff])), 400, 'bad_text', '/files/other'),
    deployed('NUL in base64', other(`a: "${CANARY}\0"`), 400, 'bad_text', '/files/other'),
  ],
  'text that is no YAML 422': [deployed('text that is no YAML', other(`a: [${CANARY}`), 422, 'bad_yaml', '/files/other/0')],
  'a tab that indents 422': [
    deployed('a tab that indents a secret', other(`kind: Secret\nstringData:\n\tpassword: ${CANARY}`), 422, 'bad_yaml', '/files/other/0'),
    deployed('a quotation mark in a secret', other(`stringData:\n  password: "${CANARY}\nkind: Secret`), 422, 'bad_yaml', '/files/other/0'),
  ],
  'duplicate keys 422, in a file': [deployed('a duplicate key', other(`a: ${CANARY}\na: 2`), 422, 'duplicate_key', '/files/other/0')],
  'depth 10⁴ 422, in a file': [
    deployed('a depth of 10^4', other('['.repeat(10_000)), 422, 'too_deep', '/files/other/0'),
    deployed('a depth of 10^4 by mappings', other('{a: '.repeat(10_000)), 422, 'too_deep', '/files/other/0'),
  ],
  'YAML alias and merge-key bombs 422': [
    deployed('an alias bomb', other(laughs), 422, 'too_many_aliases', '/files/other/0'),
    deployed('a merge-key bomb', other(merges), 422, 'too_many_aliases', '/files/other/0'),
    deployed('an alias inside of its anchor', other(`a: &a\n  b: *a\n  c: ${CANARY}`), 422, 'too_many_aliases', '/files/other/0'),
  ],
  'custom tags 422': [deployed('a custom tag', other(`a: !ruby/object:Gem {b: ${CANARY}}`), 422, 'custom_tag', '/files/other/0')],
  '`__proto__`, `constructor` keys 422, in a file': [
    deployed(
      'the key __proto__',
      other(`apiVersion: v1\nkind: Secret\nmetadata: {name: x}\n__proto__: {a: ${CANARY}}`),
      422,
      'forbidden_key',
      '/files/other/0',
    ),
    deployed(
      'the key constructor',
      other(`apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {constructor: ${CANARY}}`),
      422,
      'forbidden_key',
      '/files/other/0/stringData',
    ),
  ],
  'empty or `---` only 422': [
    deployed('white space only', other(' \n'), 422, 'empty_manifest', '/files/other'),
    deployed('--- only', other('---\n---\n'), 422, 'empty_manifest', '/files/other'),
  ],
  'a number or boolean where a string is wanted 422': [
    deployed('no where a text is wanted', config('no'), 422, 'wrong_type', '/files/other/0/data/value'),
    deployed('1e999 where a text is wanted', config('1e999'), 422, 'wrong_type', '/files/other/0/data/value'),
    deployed('a number beyond 2^53', config('9007199254740993'), 422, 'wrong_type', '/files/other/0/data/value'),
    deployed(
      'a number for the value of a variable',
      deployment('image:', 'env: [{name: A, value: 1}], image:'),
      422,
      'wrong_type',
      '/files/deployment/0/spec/template/spec/containers/0/env/0/value',
    ),
  ],
};
