import { hideSecrets } from './hide-secrets';

const secret = (rest: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, ...rest });
const bundle = (...objects: readonly ReturnType<typeof secret>[]) => ({ workload: 'web', objects });
const base64 = (text: string) => Buffer.from(text).toString('base64');

it.each([
  ['a plain value', { stringData: { key: 'canary-bird' } }, 'no canary-bird here', 'no … here'],
  ['a plain value in base64', { stringData: { key: 'canary-bird' } }, `no ${base64('canary-bird')} here`, 'no … here'],
  ['a base64 value', { data: { key: base64('canary-bird') } }, `no ${base64('canary-bird')}, no canary-bird`, 'no …, no …'],
  ['a single line of a value', { stringData: { key: '-----BEGIN\ncanary-bird\n-----END\n' } }, 'no canary-bird here', 'no … here'],
  ['the longer of two values with the same beginning', { stringData: { a: 'bird', b: 'bird-song' } }, 'a bird-song', 'a …'],
  ['the beginning of a value at which the text was cut off', { stringData: { key: 'canary-bird' } }, 'no canary-b', 'no …'],
  [
    'nothing if the text contains the beginning of a value but is not cut off there',
    { stringData: { key: 'canary-bird' } },
    'no canary here',
    'no canary here',
  ],
  ['a value of four characters, plain', { stringData: { pin: '4711' } }, 'PIN 4711 is refused', 'PIN … is refused'],
  [
    'a base64 value of four characters',
    { data: { pin: base64('4711') } },
    `PIN 4711 is refused (${base64('4711')})`,
    'PIN … is refused (…)',
  ],
  ['the first four characters of a value at which the text was cut off', { stringData: { key: 'canary-bird' } }, 'no cana', 'no …'],
  [
    'nothing if the text ends with only three characters of a value, which are as likely a word',
    { stringData: { key: 'canary-bird' } },
    'no can',
    'no can',
  ],
  ['no value of three characters, which is as likely a word', { stringData: { a: 'not' } }, 'no, not this', 'no, not this'],
  ['no value of an object that is not a Secret', { kind: 'ConfigMap', data: { a: 'canary-bird' } }, 'a canary-bird', 'a canary-bird'],
])('hides %s', (_what, rest, text, hidden) => expect(hideSecrets(text, bundle(secret(rest)), null)).toBe(hidden));
