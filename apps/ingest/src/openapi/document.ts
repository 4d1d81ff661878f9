import { z } from 'zod';
import { AnswerSchemas } from './answer-schemas';
import type { Operation } from './operation';
import { operations } from './operations';

type Json = Readonly<Record<string, unknown>>;

const problem: Json = {
  description: 'A refusal (RFC 9457); `code` is for machines, `pointer` leads to the culprit, and no value is ever echoed.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string' }, detail: { type: 'string' }, pointer: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', properties: { code: { type: 'string' }, detail: { type: 'string' }, pointer: { type: 'string' } } } },
  },
};

/** The API as OpenAPI 3.1, from the schemas that the routes check requests with. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const answers = new AnswerSchemas();
  for (const [route, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = route.split(' ');
    const place = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[place] = { ...paths[place], [method.toLowerCase()]: describe(operation, path, answers) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Alloy', version: '1', description: 'Releases a build to Kubernetes: progressively, watched, and with an automatic way back.' },
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } }, schemas: { Problem: problemSchema, ...answers.named } },
  };
}

function describe({ needs, tag, summary, query, body, answer: [status, description, schema], produces = status === 204 ? [] : ['application/json'], once, unavailable }: Operation, path: string, answers: AnswerSchemas): Json {
  const parameters = [...inPath(path), ...(query ? inQuery(query) : []), ...(once ? [idempotencyKey] : [])];
  return {
    tags: [tag], summary,
    ...(needs === 'nothing' ? { security: [] } : { security: [{ bearer: [] }], 'x-scope': needs }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { content: { 'application/json': { schema: schemaOf(body) } } } }),
    responses: {
      [status]: { description, ...(produces.length > 0 && { content: Object.fromEntries(produces.map((type) => [type, contentOf(answers, type, schema)])) }) },
      ...(needs !== 'nothing' && { default: problem }),
      ...(unavailable && { 503: { description: unavailable, ...(schema && { content: { 'application/json': contentOf(answers, 'application/json', schema) } }) } }),
    },
  };
}

/** Of NDJSON, one line; a stream's `data` are the same lines. */
const contentOf = (answers: AnswerSchemas, type: string, schema: z.ZodType | undefined): Json => (schema === undefined || type.startsWith('text/') ? {} : { schema: answers.schemaOf(schema) });

const idempotencyKey: Json = { name: 'Idempotency-Key', in: 'header', required: false, description: 'The same key and body get the first answer again.', schema: { type: 'string' } };

const inPath = (path: string): readonly Json[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));

const inQuery = (query: z.ZodObject): readonly Json[] => {
  const { properties = {}, required = [] } = schemaOf(query) as { readonly properties?: Json; readonly required?: readonly string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
};

/** As a client sends it. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
  return rest;
}
