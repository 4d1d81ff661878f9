import { hideSecrets } from './hide-secrets';

const secret = (rest: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, ...rest });
const bundle = (...objects: readonly ReturnType<typeof secret>[]) => ({ workload: 'web', objects });
const base64 = (text: string) => Buffer.from(text).toString('base64');

it.each([
  ['a plain value', { stringData: { key: 'canary-bird' } }, 'no canary-bird here', 'no … here'],
  ['a plain value in base64', { stringData: { key: 'canary-bird' } }, `no ${base64('canary-bird')} here`, 'no … here'],
  ['a packed value', { data: { key: base64('canary-bird') } }, `no ${base64('canary-bird')}, no canary-bird`, 'no …, no …'],
  ['a line of a value', { stringData: { key: '-----BEGIN\ncanary-bird\n-----END\n' } }, 'no canary-bird here', 'no … here'],
  ['the longer of two', { stringData: { a: 'bird', b: 'bird-song' } }, 'a bird-song', 'a …'],
  ['the beginning of a value at which the text was cut off', { stringData: { key: 'canary-bird' } }, 'no canary-b', 'no …'],
  ['not the beginning of a value elsewhere', { stringData: { key: 'canary-bird' } }, 'no canary here', 'no canary here'],
  ['a value of four characters, plain', { stringData: { pin: '4711' } }, 'PIN 4711 is refused', 'PIN … is refused'],
  ['a value of four characters, packed', { data: { pin: base64('4711') } }, `PIN 4711 is refused (${base64('4711')})`, 'PIN … is refused (…)'],
  ['the first four characters of a value at which the text was cut off', { stringData: { key: 'canary-bird' } }, 'no cana', 'no …'],
  ['not the first three characters of a value at the end, which are as likely a word', { stringData: { key: 'canary-bird' } }, 'no can', 'no can'],
  ['not a value of three characters, which is as likely a word', { stringData: { a: 'not' } }, 'no, not this', 'no, not this'],
  ['not the values of others', { kind: 'ConfigMap', data: { a: 'canary-bird' } }, 'a canary-bird', 'a canary-bird'],
])('hides %s', (_what, rest, text, hidden) => expect(hideSecrets(text, bundle(secret(rest)), null)).toBe(hidden));
