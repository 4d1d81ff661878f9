import type { Json } from './schemas';

interface Refusal {
  /** Its name among the components. */
  readonly name: string;
  readonly description: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const retryAfter = { 'Retry-After': 'Seconds after which the client may repeat the request.' };

/** The meaning of a refusal with this status, for all operations that may return it. */
export const refusals = {
  400: { name: 'BadRequest', description: 'The request is not well-formed: invalid JSON, text with NUL, or an invalid Idempotency-Key.' },
  401: {
    name: 'Unauthorized',
    description: 'The token is missing, unknown, expired or revoked.',
    headers: { 'WWW-Authenticate': 'Always `Bearer`.' },
  },
  403: {
    name: 'Forbidden',
    description: "The token's scope (`x-scope`), projects or environments do not allow this, or it requires an administrator.",
  },
  404: { name: 'NotFound', description: 'The resource does not exist.' },
  405: {
    name: 'MethodNotAllowed',
    description:
      'The response to every method of this path that is not described here. ' +
      'HEAD is answered like GET without a body, OPTIONS with 204 and `Allow`.',
    headers: { Allow: 'The supported methods of the path, separated by commas.' },
  },
  409: { name: 'Conflict', description: 'The request cannot have an effect in the current state.' },
  413: { name: 'TooLarge', description: 'The body is longer than 8 MiB, compressed or decompressed, or the decoded files than 5 MiB.' },
  415: { name: 'UnsupportedMediaType', description: 'The body is not `application/json`, or has another encoding than gzip or deflate.' },
  422: {
    name: 'Unprocessable',
    description: 'The request does not match its schema, or has invalid values; `errors` has up to 20 faults.',
  },
  429: {
    name: 'TooManyRequests',
    description:
      'More requests a minute than RATE_LIMIT_PER_TOKEN or RATE_LIMIT_PER_ADDRESS allow (`too_many_requests`); ' +
      'or more concurrent changes than the server can handle soon (`overloaded`), before the body is read.',
    headers: retryAfter,
  },
  503: {
    name: 'Unavailable',
    description:
      'A required part is unavailable; the outcome of the request is unknown. Repeat it, with the same Idempotency-Key if it has one.',
    headers: retryAfter,
  },
} as const satisfies Readonly<Record<number, Refusal>>;
export type RefusalStatus = keyof typeof refusals;

/** For `components.responses`, by name. */
export const refusalResponses = (): Json =>
  Object.fromEntries(
    Object.values<Refusal>(refusals).map(({ name, description, headers = {} }) => [
      name,
      {
        description,
        ...(Object.keys(headers).length > 0 && {
          headers: Object.fromEntries(
            Object.entries(headers).map(([header, text]) => [header, { description: text, schema: { type: 'string' } }]),
          ),
        }),
        content: problemContent,
      },
    ]),
  );

export const problemContent: Json = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const fault: Json = {
  code: { type: 'string' },
  detail: { type: 'string' },
  pointer: { type: 'string' },
  line: { type: 'integer', minimum: 1, description: 'Line in the posted file, after base64 is decoded.' },
  column: { type: 'integer', minimum: 1, description: 'Column in that line, in characters; a tab is one.' },
  excerpt: {
    type: 'string',
    description:
      'The line with a caret under the column. It shows only indentation and a field of Kubernetes; ' +
      'everything else may be part of a secret, and is shown as `…`.',
  },
};

export const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    ...fault,
    errors: { type: 'array', description: 'Up to 20 faults, with the first.', items: { type: 'object', properties: fault } },
  },
};
