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
  ['not what is as short as a word', { stringData: { a: 'no' } }, 'no, not this', 'no, not this'],
  ['not the values of others', { kind: 'ConfigMap', data: { a: 'canary-bird' } }, 'a canary-bird', 'a canary-bird'],
])('hides %s', (_what, rest, text, hidden) => expect(hideSecrets(text, bundle(secret(rest)), null)).toBe(hidden));
