import { at, invalid, type Finding } from './finding';
import { BIDI } from './strings';

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Where the texts of users are, in any language, which Alloy only passes on. */
const DATA: ReadonlySet<string> = new Set(['data', 'stringData', 'binaryData']);

/** Checks for values that no object may contain; texts in the data of a ConfigMap or Secret may have any direction. */
export function checkObjectValues(object: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const hasData = object['kind'] === 'ConfigMap' || object['kind'] === 'Secret';
  return checkValues(object, pointer, (key) => hasData && DATA.has(key));
}

/**
 * Checks for keys that pollute prototypes, numbers beyond YAML's precision, and characters that reorder text, except
 * in the fields that `isData` selects.
 */
function checkValues(value: unknown, pointer: string, isData: (key: string) => boolean): Finding[] {
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
    const findings = checkValues(inner, at(pointer, key), () => false);
    return isData(key) ? findings.filter(({ code }) => code !== 'bidi_character') : findings;
  });
}
