import { networks } from './networks';

it.each([
  ['10.0.0.0/8', ['10.0.0.0/8']],
  ['127.0.0.1, ::1', ['127.0.0.1', '::1']],
  ['fd00::/8,192.0.2.7/32,', ['fd00::/8', '192.0.2.7/32']],
  [undefined, []],
  ['', []],
])('reads %s', (text, list) => expect(networks().parse(text)).toEqual(list));

it.each(['10.0.0.0/33', '::1/129', '10.0.0.0/8/8', '10.0.0/8', 'proxy.example', '10.0.0.0/', '10.0.0.1 10.0.0.2', 'true', '1'])(
  'refuses "%s"',
  (text) => expect(networks().safeParse(text).success).toBe(false),
);
