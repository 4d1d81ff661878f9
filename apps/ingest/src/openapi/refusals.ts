import type { Json } from './schemas';

interface Refusal {
  /** Among the components. */
  readonly name: string;
  readonly description: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const retryAfter = { 'Retry-After': 'Seconds after which to ask again.' };

/** What a refusal with this status means, on every operation that may answer with it. */
export const refusals = {
  400: { name: 'BadRequest', description: 'The request is not well-formed: no JSON, text with NUL, or an Idempotency-Key that is none.' },
  401: { name: 'Unauthorized', description: 'There is no token, or it is not known, has expired or was revoked.', headers: { 'WWW-Authenticate': 'Always `Bearer`.' } },
  403: { name: 'Forbidden', description: "The token's scope (`x-scope`), projects or environments do not allow this, or only an administrator may ask for it." },
  404: { name: 'NotFound', description: 'There is no such thing.' },
  405: { name: 'MethodNotAllowed', description: 'The answer to every method of this path that is not described here. HEAD is answered as GET without a body, OPTIONS with 204 and `Allow`.', headers: { Allow: 'The methods that the path takes, separated by commas.' } },
  409: { name: 'Conflict', description: 'Nothing can come of this in the present state.' },
  413: { name: 'TooLarge', description: 'The body is longer than 2 MiB, packed or unpacked.' },
  415: { name: 'UnsupportedMediaType', description: 'The body is not `application/json`, or is packed otherwise than with gzip or deflate.' },
  422: { name: 'Unprocessable', description: 'The request does not fit its schema, or what it asks for is not valid; `errors` has up to 20 faults.' },
  429: { name: 'TooManyRequests', description: 'More requests a minute than RATE_LIMIT_PER_TOKEN or RATE_LIMIT_PER_ADDRESS allow (`too_many_requests`); or more changes at once than can be worked on soon (`overloaded`), before the body is read.', headers: retryAfter },
  503: { name: 'Unavailable', description: 'A part that is needed does not answer; whether the request was carried out is not known. Repeat it, with the same Idempotency-Key if it has one.', headers: retryAfter },
} as const satisfies Readonly<Record<number, Refusal>>;
export type RefusalStatus = keyof typeof refusals;

/** For `components.responses`, by name. */
export const refusalResponses = (): Json => Object.fromEntries(Object.values<Refusal>(refusals).map(({ name, description, headers = {} }) => [name, {
  description,
  ...(Object.keys(headers).length > 0 && { headers: Object.fromEntries(Object.entries(headers).map(([header, text]) => [header, { description: text, schema: { type: 'string' } }])) }),
  content: problemContent,
}]));

export const problemContent: Json = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

export const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' }, code: { type: 'string' }, detail: { type: 'string' }, pointer: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', properties: { code: { type: 'string' }, detail: { type: 'string' }, pointer: { type: 'string' } } } },
  },
};
