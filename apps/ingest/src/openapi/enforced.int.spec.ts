import { bootstrap } from '@alloy/ledger';
import { startTestIngest, sha256, type TestIngest } from '../testing/test-ingest';
import { openApiDocument } from './document';
import { placesOf } from './testing/places';
import { Values, type Schema } from './testing/values';

const ROOT = 'the-token-of-an-admin-of-everything';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}
interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const { paths, components } = openApiDocument() as unknown as Document;
const values = new Values(components.schemas);
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    method: method.toUpperCase(),
    ...operation,
  })),
);
type Operation = (typeof operations)[number];
/** Existing values of parameters, so that only the value under test is refused. */
const known: Readonly<Record<string, string>> = { '/api/v1/projects/{id}': 'lab' };

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest({ RATE_LIMIT_PER_ADDRESS: '0', RATE_LIMIT_PER_TOKEN: '0' });
  await bootstrap({
    databaseUrl: ingest.database.url, user: 'root', project: 'lab',
    policy: { namespace: 'lab' },
    tokenSha256: sha256(ROOT),
    tokenScope: 'admin',
    tokenProjects: ['*'],
  });
});
afterAll(() => ingest?.close());

interface Finding {
  readonly code: string;
  readonly pointer?: string;
}
interface Answer {
  readonly status: number;
  readonly findings: readonly Finding[];
}

/** Sends the minimal request of the operation, with this value of one parameter, or this body. */
async function send(
  { path, method, parameters = [], requestBody }: Operation,
  changed?: { readonly parameter: Parameter; readonly value: unknown },
  body = requestBody && values.sample(requestBody.content['application/json']!.schema),
): Promise<Answer> {
  const sent = parameters
    .filter((parameter) => parameter.required || parameter === changed?.parameter)
    .map((parameter) => {
      const value = parameter === changed?.parameter ? changed.value : (known[path] ?? values.sample(parameter.schema));
      return { ...parameter, text: Array.isArray(value) ? value.join(',') : String(value) };
    });
  const url = sent
    .filter((one) => one.in === 'path')
    .reduce((at, { name, text }) => at.replace(`{${name}}`, encodeURIComponent(text)), path);
  const query = new URLSearchParams(Object.fromEntries(sent.filter((one) => one.in === 'query').map(({ name, text }) => [name, text])));
  const headers = Object.fromEntries(sent.filter((one) => one.in === 'header').map(({ name, text }) => [name, text]));
  const answer = await fetch(`http://127.0.0.1:${ingest.port}${url}?${query}`, {
    method,
    headers: {
      authorization: `Bearer ${ROOT}`,
      ...('Last-Event-ID' in headers && { accept: 'text/event-stream' }),
      ...headers,
      ...(requestBody && { 'content-type': 'application/json' }),
    },
    ...(requestBody && { body: JSON.stringify(body) }),
  });
  if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) {
    await answer.body?.cancel();
    return { status: answer.status, findings: [] };
  }
  const problem = (await answer.json()) as Finding & { readonly errors?: readonly Finding[] };
  return { status: answer.status, findings: [problem, ...(problem.errors ?? [])] };
}

/** Refusals because of the schema, in contrast to refusals because of the current state. */
const OF_SCHEMA: ReadonlySet<string> = new Set([
  'invalid_value', 'wrong_type', 'missing_field', 'unknown_key', 'bad_idempotency_key', 'bad_text', 'bad_request',
  'path_too_long',
]);
const isAgainst =
  (pointer: string) =>
  (finding: Finding): boolean =>
    OF_SCHEMA.has(finding.code) && (finding.pointer ?? pointer) === pointer;
/** At the position, above it (another alternative) or below it (a missing member). */
const isAbout =
  (pointer: string) =>
  (finding: Finding): boolean =>
    finding.pointer === undefined || `${finding.pointer}/`.startsWith(`${pointer}/`) || `${pointer}/`.startsWith(`${finding.pointer}/`);
/** Allowed only with other keys: a router that has the key, an earlier step, or another bound of a rollout. */
const DEPENDENT = new RegExp(`/(${[
  'steps/0/set(Header|Mirror)Route(/name)?', 'policy/steps/0/experiment', 'rollout/steps/0/analysis', 'rollout/maxSurge',
  'traffic/(rules|sessionAffinity|ingress|annotationPrefix)',
].join('|')})$`);
const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80);

/** Values that a URL or a header can contain. */
const isSendable = (place: Parameter['in'], value: unknown): boolean => {
  const text = Array.isArray(value) ? value.join(',') : String(value);
  if (typeof value === 'object' && !Array.isArray(value)) return false;
  return place === 'query' || (place === 'header' ? /^[\x21-\x7e][\x20-\x7e]*$/.test(text) && text.trim() === text : text !== '');
};
/** In a URL or a header every value is text: a number's text may be an allowed string. */
const isRefusedAsText = (schema: Schema, value: unknown): boolean =>
  values.resolve(schema).type === 'string'
    ? !values.allows(schema, String(value))
    : String(value) !== '' && !values.allows(schema, Number(value)) && !['true', 'false'].includes(String(value));

const withParameters = operations.flatMap((operation) =>
  (operation.parameters ?? []).map((parameter) => [operation.name, parameter.in, parameter.name, operation, parameter] as const),
);
const withBodies = operations.flatMap((operation) => {
  const schema = operation.requestBody?.content['application/json']?.schema;
  return schema ? placesOf(values, schema).map((place) => [operation.name, place.pointer, operation, place] as const) : [];
});

describe('the server enforces exactly what the document says', () => {
  it('for many parameters and positions of bodies', () => {
    expect(withParameters.length).toBeGreaterThan(40);
    expect(withBodies.length).toBeGreaterThan(100);
  });

  it.each(withParameters)('for %s, %s parameter %s', async (_name, place, name, operation, parameter) => {
    for (const value of values.allowed(parameter.schema)) {
      const { status, findings } = await send(operation, { parameter, value });
      expect([shown(value), status < 500, findings.filter(isAgainst(`/${name}`))]).toEqual([shown(value), true, []]);
    }
    const refused = values
      .refused(parameter.schema)
      .filter((value) => isSendable(place, value) && isRefusedAsText(parameter.schema, value));
    expect(refused).not.toEqual([]);
    for (const value of refused) {
      const { status, findings } = await send(operation, { parameter, value });
      expect([shown(value), place === 'path' ? [400, 404, 414] : [400, 422]]).toEqual([shown(value), expect.arrayContaining([status])]);
      if (place === 'query') expect([shown(value), findings.some(isAbout(`/${name}`))]).toEqual([shown(value), true]);
    }
  });

  it.each(withBodies)('for the body of %s at %j', async (_name, pointer, operation, { schema, put }) => {
    for (const value of DEPENDENT.test(pointer) ? [] : values.allowed(schema)) {
      const { status, findings } = await send(operation, undefined, put(value));
      expect([shown(value), status < 500, findings.filter(isAgainst(pointer))]).toEqual([shown(value), true, []]);
    }
    for (const value of values.refused(schema)) {
      const { status, findings } = await send(operation, undefined, put(value));
      expect([shown(value), [400, 422].includes(status), findings.some(isAbout(pointer))]).toEqual([shown(value), true, true]);
    }
  });
});
