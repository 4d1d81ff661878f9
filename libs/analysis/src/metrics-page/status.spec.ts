import { isNoStatus, isUnmistakable, statusClass } from './status';

describe('statusClass of an HTTP status', () => {
  it.each([
    '500', '503', '599', '5xx', '5XX', ' 500 ', '503 Service Unavailable', '500.13', 'SERVER_ERROR', 'server-error',
    'ServerError', 'INTERNAL_SERVER_ERROR', 'InternalServerError', 'NotImplemented', 'BAD_GATEWAY',
    'ServiceUnavailable', 'gateway timeout', 'error', 'exception', 'failure', 'FAILED', 'panic',
  ])('counts %j as an error', (value) => expect(statusClass(value, 'http')).toBe('error'));

  it.each([
    '100', '200', '301', '404', '499', '1xx', '2xx', '4XX', '200 OK', '404 Not Found', 'INFORMATIONAL', 'SUCCESS',
    'REDIRECTION', 'redirect', 'CLIENT_ERROR', 'client-error', 'OK', 'Created', 'ACCEPTED', 'NoContent', 'BAD_REQUEST',
    'Unauthorized', 'forbidden', 'NOT_FOUND', 'Conflict', 'TooManyRequests',
  ])('counts %j as no error', (value) => expect(statusClass(value, 'http')).toBe('other'));

  it.each(['', '0', '099', '600', '20', '5000', '1500', 'x500', '5x', '50x', 'weird', 'de', 'INTERNAL', 'constructor', '__proto__'])(
    'returns undefined for %j',
    (value) => expect(statusClass(value, 'http')).toBeUndefined(),
  );
});

/**
 * https://grpc.io/docs/guides/status-codes/, with the failures of the server by OpenTelemetry's semantic conventions.
 */
const GRPC: ReadonlyArray<readonly [name: string, isError: boolean]> = [
  ['OK', false],
  ['CANCELLED', false],
  ['UNKNOWN', true],
  ['INVALID_ARGUMENT', false],
  ['DEADLINE_EXCEEDED', true],
  ['NOT_FOUND', false],
  ['ALREADY_EXISTS', false],
  ['PERMISSION_DENIED', false],
  ['RESOURCE_EXHAUSTED', false],
  ['FAILED_PRECONDITION', false],
  ['ABORTED', false],
  ['OUT_OF_RANGE', false],
  ['UNIMPLEMENTED', true],
  ['INTERNAL', true],
  ['UNAVAILABLE', true],
  ['DATA_LOSS', true],
  ['UNAUTHENTICATED', false],
];

describe('statusClass of a gRPC code', () => {
  it.each(GRPC.map(([name, isError], number) => [name, isError, number] as const))(
    'reads %s by its name and its number (error: %s, number %d)',
    (name, isError, number) => {
      const camel = name.toLowerCase().replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
      expect([name, camel, name.toLowerCase(), String(number)].map((value) => statusClass(value, 'grpc'))).toEqual(
        Array.from({ length: 4 }, () => (isError ? 'error' : 'other')),
      );
    },
  );

  it.each(['', '17', '200', '500', '13a', 'a13', 'SERVER_ERROR', 'weird'])('returns undefined for %j', (value) =>
    expect(statusClass(value, 'grpc')).toBeUndefined(),
  );
});

describe('isUnmistakable', () => {
  it.each([
    ['200', 'http'],
    ['5xx', 'http'],
    ['SERVER_ERROR', 'http'],
    ['NotFound', 'http'],
    ['redirect', 'http'],
    ['DEADLINE_EXCEEDED', 'grpc'],
    ['InvalidArgument', 'grpc'],
    ['DATA_LOSS', 'grpc'],
  ] as const)('takes %j for a status (%s) whatever its label', (value, codes) => expect(isUnmistakable(value, codes)).toBe(true));

  it.each([
    ['ok', 'http'],
    ['SUCCESS', 'http'],
    ['created', 'http'],
    ['Accepted', 'http'],
    ['conflict', 'http'],
    ['error', 'http'],
    ['exception', 'http'],
    ['failure', 'http'],
    ['failed', 'http'],
    ['panic', 'http'],
    ['OK', 'grpc'],
    ['Unknown', 'grpc'],
    ['ABORTED', 'grpc'],
    ['CANCELLED', 'grpc'],
    ['internal', 'grpc'],
    ['Unavailable', 'grpc'],
    ['0', 'grpc'],
    ['13', 'grpc'],
    ['weird', 'http'],
    ['500', 'grpc'],
  ] as const)('does not take %j for a status (%s) by itself: other labels hold it, too', (value, codes) =>
    expect(isUnmistakable(value, codes)).toBe(false),
  );
});

describe('isNoStatus', () => {
  it.each([
    '', ' ', '0', '-', '--', 'none', 'None', 'unknown', 'na', 'N/A', 'null', 'undefined', 'UNSET', 'other', 'cancelled',
    'canceled', 'Aborted', 'CLIENT_CLOSED', 'client closed',
  ])('takes %j for a request that ended without a status', (value) => expect(isNoStatus(value)).toBe(true));
  it.each(['200', '00', 'ok', 'error', 'weird'])('is false for %j', (value) => expect(isNoStatus(value)).toBe(false));
});
