/** Meaning of a status label's value for the requests counted under it; undefined: unknown status. */
export type StatusClass = 'error' | 'other' | undefined;
/** Kind of codes in a label: HTTP, or canonical gRPC codes. */
export type Codes = 'http' | 'grpc';

const HTTP_CODE = /^([1-5])(?:\d\d|xx)(?:\D.*)?$/;
/** Classes as words: `outcome` of Micrometer, `status_class` in Erlang and Elixir. */
const CLASSES: Readonly<Record<string, StatusClass>> = {
  informational: 'other', success: 'other', redirection: 'other', redirect: 'other', clienterror: 'other',
  servererror: 'error',
};
/** Reason phrases in the spellings of enumerations (`INTERNAL_SERVER_ERROR`, `InternalServerError`). */
const REASONS: Readonly<Record<string, StatusClass>> = {
  ok: 'other', created: 'other', accepted: 'other', nocontent: 'other', badrequest: 'other', unauthorized: 'other',
  forbidden: 'other', notfound: 'other', conflict: 'other', toomanyrequests: 'other', internalservererror: 'error',
  notimplemented: 'error', badgateway: 'error', serviceunavailable: 'error', gatewaytimeout: 'error',
};
/** Values that occur beside statuses if the server had no status to report. */
const FAILURES: Readonly<Record<string, StatusClass>> = {
  error: 'error', exception: 'error', failure: 'error', failed: 'error', panic: 'error',
};
/** The canonical codes by number: https://grpc.io/docs/guides/status-codes/. */
const GRPC_CODES = [
  'ok', 'cancelled', 'unknown', 'invalidargument', 'deadlineexceeded', 'notfound', 'alreadyexists', 'permissiondenied', 'resourceexhausted',
  'failedprecondition', 'aborted', 'outofrange', 'unimplemented', 'internal', 'unavailable', 'dataloss', 'unauthenticated',
];
/** Server failures in OpenTelemetry's semantic conventions for gRPC spans; google.rpc.Code maps the same six to 5xx. */
const GRPC_ERRORS = new Set(['unknown', 'deadlineexceeded', 'unimplemented', 'internal', 'unavailable', 'dataloss']);

/** Words that also occur in labels unrelated to requests. */
const COMMON = new Set([
  'ok', 'success', 'created', 'accepted', 'conflict', 'unknown', 'aborted', 'cancelled', 'internal', 'unavailable',
  ...Object.keys(FAILURES),
]);
/** Values for requests that ended without a status. */
const NO_STATUS = new Set([
  '', '0', 'none', 'unknown', 'na', 'n/a', 'null', 'undefined', 'unset', 'other', 'cancelled', 'canceled', 'aborted',
  'clientclosed',
]);

/**
 * The class of an HTTP status (`500`, `5xx`, `SERVER_ERROR`, `InternalServerError`) or gRPC status (`INTERNAL`,
 * `Internal`, `13`), in any spelling.
 */
export function statusClass(value: string, codes: Codes): StatusClass {
  const word = wordOf(value);
  if (codes === 'grpc') return grpcClass(word);
  const digit = HTTP_CODE.exec(value.trim().toLowerCase())?.[1];
  if (digit !== undefined) return digit === '5' ? 'error' : 'other';
  return lookUp(CLASSES, word) ?? lookUp(REASONS, word) ?? lookUp(FAILURES, word);
}

function grpcClass(word: string): StatusClass {
  const name = GRPC_CODES[/^\d+$/.test(word) ? Number(word) : GRPC_CODES.indexOf(word)];
  if (name === undefined) return undefined;
  return GRPC_ERRORS.has(name) ? 'error' : 'other';
}

/** Whether a value can only be a status, so that it proves what its label contains. */
export const isUnmistakable = (value: string, codes: Codes): boolean =>
  statusClass(value, codes) !== undefined && !COMMON.has(wordOf(value)) && !(codes === 'grpc' && /^\d+$/.test(value));

/** Whether a value means that a request ended without a status. */
export const isNoStatus = (value: string): boolean => NO_STATUS.has(wordOf(value));

const wordOf = (value: string): string => value.toLowerCase().replaceAll(/[\s_-]/g, '');
const lookUp = (table: Readonly<Record<string, StatusClass>>, word: string): StatusClass =>
  Object.hasOwn(table, word) ? table[word] : undefined;
