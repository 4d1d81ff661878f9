import { at, invalid, type Finding } from './finding';
import { BIDI } from './strings';

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Checks for values that no object may contain: keys that pollute prototypes, numbers beyond YAML's precision,
 * characters that reorder text.
 */
export function checkValues(value: unknown, pointer: string): Finding[] {
  if (typeof value === 'number')
    return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
      ? []
      : [invalid('wrong_type', pointer, 'This number is too large: put it in quotes.')];
  if (typeof value === 'string')
    return BIDI.test(value) ? [invalid('bidi_character', pointer, 'Characters that change the direction of text are not allowed.')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (FORBIDDEN_KEYS.has(key))
      return [invalid('forbidden_key', pointer, 'The keys __proto__, constructor and prototype are not allowed.')];
    return checkValues(inner, at(pointer, key));
  });
}
