import { sameJson } from '../../objects';
import { isObject } from '../json';
import { ApiError, badRequest } from '../status';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** RFC 6902; 400 for a malformed patch, 422 if a path is missing or a test fails, like the real server. */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return (patch as Operation[]).reduce(applyOperation, structuredClone(document));
}

function applyOperation(document: unknown, operation: Operation): unknown {
  if (!isObject(operation) || typeof operation.path !== 'string') throw badRequest('error decoding patch: an operation needs op and path');
  const path = parsePointer(operation.path);
  switch (operation.op) {
    case 'add':
      return add(document, path, structuredClone(operation.value));
    case 'remove':
      return remove(document, path);
    case 'replace':
      read(document, path);
      return path.length === 0 ? structuredClone(operation.value) : add(remove(document, path), path, structuredClone(operation.value));
    case 'move': {
      const from = parsePointer(operation.from ?? '');
      const value = read(document, from);
      return add(remove(document, from), path, value);
    }
    case 'copy':
      return add(document, path, structuredClone(read(document, parsePointer(operation.from ?? ''))));
    case 'test':
      if (!sameJson(readOrNull(document, path), operation.value ?? null))
        throw rejected(`testing value ${operation.path} failed: test failed`);
      return document;
    default:
      throw badRequest(`unexpected kind: ${operation.op}`);
  }
}

const rejected = (why: string): ApiError =>
  new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${why}`);
const missing = (path: readonly string[]): ApiError => rejected(`doc is missing path: "/${path.join('/')}": missing value`);

function parsePointer(text: string): string[] {
  if (text === '') return [];
  if (!text.startsWith('/')) throw badRequest(`invalid pointer ${text}`);
  return text.slice(1).split('/').map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'));
}

function read(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at) && /^(0|[1-9]\d*)$/.test(key) && Number(key) < at.length) return at[Number(key)];
    if (isObject(at) && Object.hasOwn(at, key)) return at[key];
    throw missing(path);
  }, document);
}

// `test` against null succeeds for a missing value too; clients use this for "only if absent".
function readOrNull(document: unknown, path: readonly string[]): unknown {
  try {
    return read(document, path);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  const key = path.at(-1);
  if (key === undefined) return value;
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
    if (index < 0 || index > parent.length) throw missing(path);
    parent.splice(index, 0, value);
  } else if (isObject(parent)) setOwn(parent, key, value);
  else throw missing(path);
  return document;
}

function remove(document: unknown, path: readonly string[]): unknown {
  const key = path.at(-1);
  if (key === undefined) return null;
  read(document, path);
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
  return document;
}

// Assigning `__proto__` would change the prototype instead of adding a key.
const setOwn = (target: object, key: string, value: unknown): void =>
  void Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
