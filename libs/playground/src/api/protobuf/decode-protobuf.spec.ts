import { decodeProtobuf } from './decode-protobuf';
import { readFields } from './wire';

const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field << 3), ...varint(value)]);
const bytes = (field: number, ...parts: Array<Buffer | string>): Buffer => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
};
const sent = (apiVersion: string, kind: string, ...fields: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('k8s\0'), bytes(1, bytes(1, apiVersion), bytes(2, kind)), bytes(2, ...fields)]);

describe('decodeProtobuf', () => {
  it('reads a Deployment: pointers, maps, lists, embedded structures, and omits meaningless zeros', () => {
    const container = bytes(
      2,
      bytes(1, 'web'),
      bytes(2, 'web:v1'),
      bytes(5, ''),
      bytes(6, bytes(1, ''), number(2, 0), number(3, 8080)),
      bytes(11, bytes(1, bytes(2, bytes(1, '/ready'), bytes(2, number(1, 1), number(2, 0), bytes(3, 'http'))))),
      number(16, 0),
    );
    const template = bytes(
      3,
      bytes(1, bytes(11, bytes(1, 'app'), bytes(2, 'web'))),
      bytes(2, bytes(1, bytes(1, 'v'), bytes(2, bytes(19, bytes(1, bytes(1, 'settings'))))), container),
    );
    const body = sent(
      'apps/v1',
      'Deployment',
      bytes(1, bytes(1, 'web'), bytes(2, ''), number(7, 0), bytes(8)),
      bytes(2, number(1, 0), template, bytes(4, bytes(1, ''), bytes(2, bytes(2, number(1, 1), number(2, 0), bytes(3, '25%'))))),
    );
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 0,
        strategy: { rollingUpdate: { maxSurge: '25%' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'web:v1',
                ports: [{ containerPort: 8080 }],
                readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
              },
            ],
            volumes: [{ name: 'v', configMap: { name: 'settings' } }],
          },
        },
      },
    });
  });

  it('reads bytes as base64 and times as RFC 3339', () => {
    expect(
      decodeProtobuf(
        sent(
          'v1',
          'Secret',
          bytes(1, bytes(1, 's'), bytes(8, number(1, 86_400))),
          bytes(2, bytes(1, 'a'), bytes(2, 'b')),
          bytes(3, 'Opaque'),
        ),
      ),
    ).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', creationTimestamp: '1970-01-02T00:00:00Z' },
      data: { a: 'Yg==' },
      type: 'Opaque',
    });
  });

  it.each([
    ['no protobuf', Buffer.from('{}')],
    ['an unknown kind', sent('v1', 'Nope')],
    ['cut off', sent('v1', 'Secret').subarray(0, 12)],
  ])('refuses a body that is %s', (_what, body) => {
    expect(() => decodeProtobuf(body)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

it('reads long varints as signed', () =>
  expect(readFields(Buffer.from('08ffffffffffffffffff01', 'hex'))).toEqual([{ number: 1, value: -1n }]));
