import { ClusterError, type ClusterErrorCode } from '../errors';
import { admissionDenial } from './admission-denial';
import { isPermanent } from './permanent-error';
import { retryAfterSeconds } from './retry-after';

interface Cause {
  readonly reason?: string;
  readonly field?: string;
  readonly message?: string;
}

/** The fields of the API server's Status object that Alloy uses. */
interface Status {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly kind?: string;
    readonly name?: string;
    readonly causes?: readonly Cause[];
    readonly retryAfterSeconds?: number;
  };
}

const MESSAGE_LIMIT = 300;

/** A webhook with side effects. Source: k8s.io/apiserver, pkg/admission/plugin/webhook/errors/statuserror.go. */
const NO_DRY_RUN = /^admission webhook "[^"]*" does not support dry run$/;

/** A quoted text. Group 1: it is the path of a field, or the key of a list item in a path: `containers[name="web"]`. */
const QUOTED = /((?:unknown|duplicate) field |[[,]\w+=)?"(?:\\.|[^"\\])*"/g;
/** Errors about the structure of an object, whose paths contain the keys of list items. */
const STRUCTURE = /^failed to create typed patch object|strict decoding error: /;

/** No value precedes the explanation, which may name fields: `fields other than 'replicas' are forbidden`. */
const WHY_FORBIDDEN = /^Forbidden: ((?:[^"'{}[\]:]|'[A-Za-z]+')+)$/;
const WHY_INVALID = /^Invalid value: .*: ([^"'{}[\]:]+)$/s;

/** The error for a response of the API server with a status other than 2xx. `what`: the request. */
export function statusError(httpStatus: number, body: string, retryAfter: string | undefined, what: string): ClusterError {
  const status = parse(body);
  const code = codeOf(httpStatus, status);
  const seconds = retryAfterSeconds(retryAfter, Date.now()) ?? retryAfterSeconds(status.details?.retryAfterSeconds, Date.now());
  const details = { status: httpStatus, ref: what, ...(seconds !== undefined && { retryAfterSeconds: seconds }) };
  return new ClusterError(code, `${what}: ${explain(code, status, httpStatus)}`, details);
}

function codeOf(httpStatus: number, status: Status): ClusterErrorCode {
  const { reason, message = '', details } = status;
  if (reason === 'NamespaceTerminating' || details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating'))
    return 'namespace_missing';
  if (httpStatus === 400 && NO_DRY_RUN.test(message)) return 'dry_run_unsupported';
  if (admissionDenial({ status: httpStatus, message }) !== undefined) return 'admission_denied';
  if (isPermanent(httpStatus, message)) return 'invalid';
  if (httpStatus === 401) return 'unauthorized';
  if (httpStatus === 403) return 'forbidden';
  if (httpStatus === 404) return details?.kind === 'namespaces' ? 'namespace_missing' : 'not_found';
  if (httpStatus === 409) {
    if (reason === 'AlreadyExists') return 'already_exists';
    return details?.causes?.some((cause) => cause.reason === 'FieldManagerConflict') ? 'apply_conflict' : 'conflict';
  }
  if (httpStatus === 410) return 'gone';
  if (httpStatus === 429) return 'too_many_requests';
  return httpStatus >= 500 ? 'server_error' : 'invalid';
}

/** Describes the error by fields and reasons. Quoted text is omitted where it may be a value from the manifest. */
function explain(code: ClusterErrorCode, { reason, message, details }: Status, httpStatus: number): string {
  const denial = code === 'admission_denied' ? admissionDenial({ status: httpStatus, message: message ?? '' }) : undefined;
  if (denial !== undefined) return denial.replace(/\s+/g, ' ').slice(0, MESSAGE_LIMIT);
  const causes = (details?.causes ?? []).map(causeText).filter(Boolean);
  if (code === 'invalid' && causes.length > 0) return causes.join('; ').slice(0, MESSAGE_LIMIT);
  const text = (message ?? '').replace(/, got .*/s, '');
  return `${httpStatus} ${reason ?? ''} ${code === 'invalid' ? withoutValues(text) : text}`.replace(/\s+/g, ' ').trim().slice(0, MESSAGE_LIMIT);
}

function withoutValues(text: string): string {
  const hasPaths = STRUCTURE.test(text);
  return text.replace(QUOTED, (quoted, path?: string) => (path === undefined ? '"…"' : hasPaths ? quoted : `${path}"…"`));
}

/**
 * `spec.selector FieldValueInvalid: field is immutable`. The explanation follows the last value; it is omitted if it
 * may be a part of a value.
 */
function causeText({ field, reason, message = '' }: Cause): string {
  const what = [field, reason].filter(Boolean).join(' ');
  const why = WHY_FORBIDDEN.exec(message)?.[1] ?? WHY_INVALID.exec(message)?.[1];
  return why && what ? `${what}: ${why}` : what;
}

/**
 * Parses the body. Priority and fairness answers in plain text, which becomes the message; the HTML page of a proxy is
 * ignored.
 */
function parse(body: string): Status {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Status) : {};
  } catch {
    return /^\s*</.test(body) ? {} : { message: body };
  }
}
