import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { accepted, canary, release } from '../testing/releases';

const document = JSON.parse(readFileSync(join(__dirname, '../../../../docs/openapi.json'), 'utf8')) as {
  components: { schemas: Record<string, { properties: object }> };
};
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema(document, 'api');

type Named = 'Release' | 'ReleaseLine' | 'Accepted';
const described = (name: Named) => ajv.compile({ $ref: `api#/components/schemas/${name}` });
const validators = { Release: described('Release'), ReleaseLine: described('ReleaseLine'), Accepted: described('Accepted') };
const errorsOf = (name: Named, value: unknown): unknown => (validators[name](value) ? [] : validators[name].errors);

// The command line may not import server code, so it has its own shapes; these examples must match the API description.
it.each([
  ['a release that was just accepted', release()],
  ['a release in its canary', canary()],
])('%s matches the release of the API and has no other field', (_, example) => {
  expect(errorsOf('Release', example)).toEqual([]);
  expect(Object.keys(document.components.schemas['Release']!.properties)).toEqual(expect.arrayContaining(Object.keys(example)));
});

it('a list item is a subset of a release', () => {
  const { requestedAt, updatedAt } = release().times;
  const { properties } = document.components.schemas['ReleaseLine']!;
  const line = Object.fromEntries(Object.entries({ ...release(), times: { requestedAt, updatedAt } }).filter(([key]) => key in properties));
  expect(errorsOf('ReleaseLine', line)).toEqual([]);
});

it('the answer to a new release matches the API', () => expect(errorsOf('Accepted', accepted)).toEqual([]));
