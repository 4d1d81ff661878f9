import { at, invalid, type Finding } from './finding';
import { BIDI } from './strings';

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Where the texts of users are, in any language, which Alloy only passes on. */
const DATA: ReadonlySet<string> = new Set(['data', 'stringData', 'binaryData']);

/**
 * Checks for values that no object may contain: keys that pollute prototypes, numbers beyond YAML's precision,
 * characters that reorder text. Texts in the data of a ConfigMap or Secret may have any direction.
 */
export function checkObjectValues(object: Readonly<Record<string, unknown>>, pointer: string): Finding[] {
  const findings: Finding[] = [];
  const hasData = object['kind'] === 'ConfigMap' || object['kind'] === 'Secret';
  const check = (value: unknown, steps: readonly (string | number)[], isData: boolean): void => {
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        findings.push(invalid('wrong_type', at(pointer, ...steps), 'This number is too large: put it in quotes.'));
    } else if (typeof value === 'string') {
      if (!isData && BIDI.test(value))
        findings.push(invalid('bidi_character', at(pointer, ...steps), 'Characters that change the direction of text are not allowed.'));
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        if (FORBIDDEN_KEYS.has(key))
          findings.push(invalid('forbidden_key', at(pointer, ...steps), 'The keys __proto__, constructor and prototype are not allowed.'));
        else check(inner, [...steps, key], isData || (hasData && steps.length === 0 && DATA.has(key)));
      }
    }
  };
  check(object, [], false);
  return findings;
}
