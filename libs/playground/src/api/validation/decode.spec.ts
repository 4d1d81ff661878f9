import { schemaOf } from '../schema/schema';
import { decode } from './decode';

const read = (body: unknown): ReturnType<typeof decode> => decode(body, schemaOf('apps/v1', 'Deployment'));
const container = (rest: object): object => ({ spec: { template: { spec: { containers: [{ name: 'web', ...rest }] } } } });

describe('decode', () => {
  it('drops and reports unknown fields', () => {
    const { value, unknownFields } = read({ metadata: { name: 'web' }, foo: 1, ...container({ imagee: 'x' }) });
    expect(unknownFields).toEqual(['foo', 'spec.template.spec.containers[0].imagee']);
    expect(value).toEqual({ metadata: { name: 'web' }, ...container({}) });
  });
  it('drops nulls, empty lists and empty maps, and keeps empty structures', () => {
    expect(
      read({
        metadata: { name: 'web', labels: {}, finalizers: [] },
        spec: { replicas: null, template: { spec: { containers: [], volumes: [{ name: 'v', emptyDir: {} }] } } },
      }).value,
    ).toEqual({
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [], volumes: [{ name: 'v', emptyDir: {} }] } } },
    });
  });
  it.each([
    [{ spec: { replicas: '3' } }, 'json: cannot unmarshal string into Go struct field spec.replicas of type int32'],
    [{ metadata: { labels: { a: 1 } } }, 'json: cannot unmarshal number into Go struct field metadata.labels.a of type string'],
    [
      { spec: { strategy: { rollingUpdate: { maxSurge: true } } } },
      'json: cannot unmarshal bool into Go struct field spec.strategy.rollingUpdate.maxSurge of type int-or-string',
    ],
    [{ spec: [] }, 'json: cannot unmarshal array into Go struct field spec of type object'],
  ])('%j is an error', (body, error) => expect(read(body).typeErrors).toEqual([error]));
  it('accepts numbers as quantities and percentages as counts', () => {
    const { value, typeErrors } = read({ ...container({ resources: { limits: { cpu: 0.5 } } }) });
    expect([typeErrors, value]).toEqual([[], container({ resources: { limits: { cpu: '0.5' } } })]);
    expect(read({ spec: { strategy: { rollingUpdate: { maxSurge: '25%' } } } }).typeErrors).toEqual([]);
  });
  it('refuses invalid base64 in a Secret', () =>
    expect(decode({ data: { a: '###' } }, schemaOf('v1', 'Secret')).typeErrors).toEqual(['data.a: illegal base64 data']));
});
