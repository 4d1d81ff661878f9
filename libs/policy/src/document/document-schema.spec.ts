import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyLevels } from '../policy-levels';
import { policySchema } from '../project-policy';
import { projectJsonSchema, PROJECT_SCHEMA_PATH } from './document-schema';

const FILE = join(__dirname, '../../../../docs', PROJECT_SCHEMA_PATH);

interface Schema {
  readonly description?: string;
  readonly 'x-alloy-level'?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** Every key of the schema with its schema. */
function keysOf(schema: Schema, at = ''): readonly (readonly [string, Schema])[] {
  const { properties = {}, additionalProperties, items, oneOf = [], anyOf = [] } = schema;
  return [
    ...Object.entries(properties).flatMap(([key, member]) => [[`${at}/${key}`, member] as const, ...keysOf(member, `${at}/${key}`)]),
    ...(additionalProperties ? keysOf(additionalProperties, `${at}/*`) : []),
    ...(items ? keysOf(items, `${at}/-`) : []),
    ...[...oneOf, ...anyOf].flatMap((one) => keysOf(one, at)),
  ];
}

const keys = keysOf(projectJsonSchema() as Schema);
const ENVIRONMENT = '/spec/environments/*/';

it('the committed JSON Schema is the generated one (ALLOY_RECORD_SCHEMA=1 writes it)', () => {
  if (process.env['ALLOY_RECORD_SCHEMA'] === '1') writeFileSync(FILE, `${JSON.stringify(projectJsonSchema(), null, 2)}\n`);
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(projectJsonSchema());
});

it('has every key of the policy, and the keys inside them', () => {
  for (const key of Object.keys(policySchema.shape)) expect(keys.map(([path]) => path)).toContain(`${ENVIRONMENT}${key}`);
  expect(keys.map(([path]) => path)).toContain(`${ENVIRONMENT}notify/-/urlSecret`);
  expect(keys.map(([path]) => path)).toContain(`${ENVIRONMENT}maxRestarts/underTraffic`);
});

it.each(keys)('describes %s', (_path, { description }) => expect(description).toMatch(/^.{8,}\.?$/s));

it.each(keys.filter(([path]) => path.startsWith(ENVIRONMENT)))('has the level of %s', (path, schema) => {
  const [key = ''] = path.slice(ENVIRONMENT.length).split('/');
  expect(schema['x-alloy-level']).toBe(policyLevels[key as keyof typeof policyLevels]);
  expect(['project', 'platform']).toContain(schema['x-alloy-level']);
});
