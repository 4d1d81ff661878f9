/** Why an error is retryable. */
export type RetryReason =
  /** The server cannot be reached or accepts no connections; whether the request had an effect is unknown. */
  | 'unavailable'
  /** The server refused or rolled back the request for a temporary reason. */
  | 'transient';

/** The same call fails again: a bug, a refusal, or a setting that a user must change. */
export class TerminalError extends Error {
  constructor(readonly code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TerminalError';
  }
}

export interface RetryableErrorOptions extends ErrorOptions {
  /** Default `unavailable`. */
  readonly reason?: RetryReason;
  /** How long the server asks not to be called, ms. */
  readonly retryAfterMs?: number;
}

/** The same call may succeed later. */
export class RetryableError extends Error {
  readonly reason: RetryReason;
  readonly retryAfterMs: number | undefined;

  constructor(readonly code: string, message: string, { reason = 'unavailable', retryAfterMs, ...options }: RetryableErrorOptions = {}) {
    super(message, options);
    this.name = 'RetryableError';
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

export type RuntimeError = TerminalError | RetryableError;

/** An error class whose instances differ states it itself. */
export interface StatesRetryability {
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** By the error's `code`: Node's, and Postgres' SQLSTATE. */
const codes: Readonly<Record<string, RetryReason>> = {
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  EPIPE: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  UND_ERR_SOCKET: 'unavailable',
  '08000': 'unavailable', // connection_exception
  '08001': 'unavailable', // sqlclient_unable_to_establish_sqlconnection
  '08003': 'unavailable', // connection_does_not_exist
  '08004': 'unavailable', // sqlserver_rejected_establishment_of_sqlconnection
  '08006': 'unavailable', // connection_failure
  '25P03': 'unavailable', // idle_in_transaction_session_timeout
  '53300': 'unavailable', // too_many_connections
  '57P01': 'unavailable', // admin_shutdown
  '57P02': 'unavailable', // crash_shutdown
  '57P03': 'unavailable', // cannot_connect_now
  '40001': 'transient', // serialization_failure
  '40P01': 'transient', // deadlock_detected
};

/** By the error's `name`: those of the NATS client, which sets no code. */
const names: ReadonlySet<string> = new Set([
  'ConnectionError', 'TimeoutError', 'ClosedConnectionError', 'ProtocolError', 'RequestError',
]);

/** `pg` sets no code on these. */
const UNAVAILABLE =
  /Connection terminated|connection error|timeout exceeded when trying to connect|timeout expired|Client was closed/i;

/** Whether the same HTTP request may succeed later: it timed out, the client sends too many, or the server failed. */
export const isRetryableStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/**
 * The only function that decides whether an unknown error is retryable. A `TerminalError` or `RetryableError` is
 * returned as it is; any other becomes one of them, with the error as its `cause`. Unknown errors are terminal.
 */
export function asRuntimeError(error: unknown): RuntimeError {
  if (error instanceof TerminalError || error instanceof RetryableError) return error;
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const reason = reasonOf(error);
  const known = [typeof code === 'string' ? code : 'unknown', typeof message === 'string' ? message : String(error)] as const;
  if (reason === undefined) return new TerminalError(...known, { cause: error });
  return new RetryableError(...known, { cause: error, reason, retryAfterMs: (error as Partial<StatesRetryability>).retryAfterMs });
}

/** Whether `asRuntimeError` makes it a `RetryableError`. */
export const isRetryable = (error: unknown): boolean => asRuntimeError(error) instanceof RetryableError;

/** Whether the error says that a server cannot be reached or accepts no connections. */
export function isUnavailable(error: unknown): boolean {
  const known = asRuntimeError(error);
  return known instanceof RetryableError && known.reason === 'unavailable';
}

/** By properties, because an error of another realm (a vm context) is no instance of this realm's `Error`. */
interface AnyError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly cause?: unknown;
  /** Of a host with several addresses: each attempt has its own error. */
  readonly errors?: unknown;
  readonly retryable?: unknown;
}

function reasonOf(error: unknown): RetryReason | undefined {
  if (error instanceof RetryableError) return error.reason;
  const { name, message, code, status, statusCode = status, cause, errors, retryable } = (error ?? {}) as AnyError;
  if (typeof retryable === 'boolean') return retryable ? 'transient' : undefined;
  if (Array.isArray(errors) && errors.length > 0) return reasonOfAny(errors);
  if (typeof code === 'string') return Object.hasOwn(codes, code) ? codes[code] : undefined;
  if (typeof statusCode === 'number') return isRetryableStatus(statusCode) ? 'transient' : undefined;
  // `fetch failed`, whose cause is the error of the connection.
  if (name === 'TypeError' && cause !== undefined) return reasonOf(cause);
  return names.has(String(name)) || UNAVAILABLE.test(String(message)) ? 'unavailable' : undefined;
}

/** The next attempt may reach the address whose error is temporary. */
function reasonOfAny(errors: readonly unknown[]): RetryReason | undefined {
  const reasons = errors.map(reasonOf);
  return (['unavailable', 'transient'] as const).find((reason) => reasons.includes(reason));
}
