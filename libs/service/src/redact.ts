import { REDACTED, Secret } from './secret';

const SECRET_KEY = /authorization|cookie|token|passw|secret|credential|(?:master|api|private)[_-]?key/i;
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)[^\s@/]+@/gi;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]+/gi;
const ASSIGNMENT = /\b(password|passwd|token|secret|api[_-]?key)(\s*[=:]\s*)[^\s,;&]+/gi;
const MAX_DEPTH = 6;

/** Removes passwords in URLs, authorization headers and `password=…` from a text. */
export const redactText = (text: string): string =>
  text.replace(URL_PASSWORD, `$1${REDACTED}@`).replace(BEARER, `$1 ${REDACTED}`).replace(ASSIGNMENT, `$1$2${REDACTED}`);

/**
 * A copy that is safe to log: without values under the names of secrets, and with only the safe fields of errors (a
 * driver's error also has rows and parameters).
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Secret) return REDACTED;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return redactError(value, depth);
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, SECRET_KEY.test(key) ? REDACTED : redact(item, depth + 1)]));
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: redactText(error.stack ?? ''),
    ...(error.cause instanceof Error && depth < MAX_DEPTH ? { cause: redactError(error.cause, depth + 1) } : {}),
  };
}
