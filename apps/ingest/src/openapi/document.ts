import { z } from 'zod';
import { idempotencyKey } from '../requests/names';
import type { Operation } from './operation';
import { operations } from './operations';
import { problemContent, problemSchema, refusalResponses, refusals, type RefusalStatus } from './refusals';
import { Schemas, type Json } from './schemas';

const anyRefusal: Json = {
  description:
    'A refusal (RFC 9457); `code` is stable, `pointer` is the position of the fault, and no text contains a value of the request.',
  content: problemContent,
};

const securitySchemes: Json = {
  bearer: { type: 'http', scheme: 'bearer' },
  signature: {
    type: 'apiKey', in: 'header', name: 'webhook-signature',
    description:
      "A Standard Webhooks signature with the project's `webhookSecret`, " +
      'with the headers `webhook-id` (the Idempotency-Key) and `webhook-timestamp`.',
  },
};

/** The API as OpenAPI 3.1, from the schemas with which the routes validate requests. */
export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  const schemas = new Schemas();
  for (const [route, operation] of Object.entries(operations)) {
    const [method = '', path = ''] = route.split(' ');
    const place = path.replaceAll(/:(\w+)/g, '{$1}');
    paths[place] = { ...paths[place], [method.toLowerCase()]: describe(operation, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Alloy',
      version: '1',
      description: 'Releases a build to Kubernetes: progressively, with observation and automatic rollback.',
    },
    paths,
    components: { securitySchemes, responses: refusalResponses(), schemas: { Problem: problemSchema, ...schemas.named } },
  };
}

function describe(operation: Operation, schemas: Schemas): Json {
  const { needs, tag, summary, description, params, query, headers, body, once, signed } = operation;
  const sent = once
    ? (headers ?? z.object({})).extend({
        'Idempotency-Key': idempotencyKey.optional().describe('A repetition with the same key and body gets the first response.'),
      })
    : headers;
  const parameters = [
    ...parametersOf(schemas, 'path', params),
    ...parametersOf(schemas, 'query', query),
    ...parametersOf(schemas, 'header', sent),
  ];
  return {
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(needs === 'nothing' ? { security: [] } : { security: [{ bearer: [] }, ...(signed ? [{ signature: [] }] : [])], 'x-scope': needs }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: !body.safeParse({}).success, content: { 'application/json': { schema: schemas.request(body) } } },
    }),
    responses: responsesOf(operation, schemas),
  };
}

function responsesOf(operation: Operation, schemas: Schemas): Json {
  const { answer: [status, description, schema], produces = status === 204 ? [] : ['application/json'], unavailable } = operation;
  return {
    [status]: {
      description,
      ...(produces.length > 0 && { content: Object.fromEntries(produces.map((type) => [type, contentOf(schemas, type, schema)])) }),
    },
    ...Object.fromEntries(statusesOf(operation).map((refused) => [refused, { $ref: `#/components/responses/${refusals[refused].name}` }])),
    default: anyRefusal,
    ...(unavailable !== undefined && {
      503: { description: unavailable, ...(schema && { content: { 'application/json': contentOf(schemas, 'application/json', schema) } }) },
    }),
  };
}

/** Every operation of a known path can return 400 and 405; the others follow from the parts of the operation. */
const statusesOf = ({ needs, params, query, body, once, refuses = [] }: Operation): readonly RefusalStatus[] => [
  400,
  405,
  ...(needs === 'nothing' ? [] : ([401, 403, 429, 503] as const)),
  ...(params ? ([404] as const) : []),
  ...(query || body ? ([422] as const) : []),
  ...(body ? ([413, 415] as const) : []),
  ...(once ? ([409] as const) : []),
  ...refuses,
];

/** For NDJSON the schema of one line; the `data` of a stream are the same lines. */
const contentOf = (schemas: Schemas, type: string, schema: z.ZodType | undefined): Json =>
  schema === undefined || type.startsWith('text/') ? {} : { schema: schemas.answer(schema) };

function parametersOf(schemas: Schemas, place: 'path' | 'query' | 'header', sent: z.ZodObject | undefined): readonly Json[] {
  if (!sent) return [];
  const { properties = {}, required = [] } = schemas.request(sent) as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    ...(schema['type'] === 'array' && { style: 'form', explode: false }),
    schema,
  }));
}
