import type { Placed } from './check-references';
import { decodeFile } from './decode-file';
import { invalid, type Finding } from './finding';

/** All files of a request together, decoded. */
export const MAX_BYTES = 5 * 1024 * 1024;
export const MAX_OBJECTS = 300;
/** All texts of a bundle together, with resolved aliases. */
const MAX_TEXT = 16 * 1024 * 1024;

const written = (count: number): string => count.toLocaleString('en-US');

/** Checks the size of the files of a request before any of them is parsed. */
export function checkBytes(files: Readonly<Record<string, string>>): Finding[] {
  const values = Object.values(files);
  // No text has more bytes than three times its characters, and base64 is longer than what it encodes.
  if (values.reduce((sum, { length }) => sum + length, 0) * 3 <= MAX_BYTES) return [];
  const bytes = values.reduce((sum, value) => sum + bytesOf(value), 0);
  if (bytes <= MAX_BYTES) return [];
  const detail = `The files have ${written(bytes)} bytes together; a release has at most ${written(MAX_BYTES)} (5 MiB), after base64 is decoded.`;
  return [{ status: 413, code: 'too_large', pointer: '/files', detail }];
}

function bytesOf(value: string): number {
  const text = decodeFile(value, '');
  return Buffer.byteLength(text.ok ? text.value : value);
}

/** Checks the number of objects, and their size with resolved aliases. */
export function checkCount(placed: readonly Placed[]): Finding[] {
  if (placed.length > MAX_OBJECTS)
    return [
      invalid('too_many_objects', '/files', `The files have ${written(placed.length)} objects; a release has at most ${MAX_OBJECTS}.`),
    ];
  let text = 0;
  for (const { object } of placed) {
    text += textOf(object);
    if (text > MAX_TEXT)
      return [
        invalid('too_large', '/files', `The objects have more than ${written(MAX_TEXT)} characters (16 MiB) when aliases are resolved.`),
      ];
  }
  return [];
}

function textOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let sum = 0;
  for (const [key, inner] of Object.entries(value)) sum += key.length + textOf(inner);
  return sum;
}
