import { nearestKey } from '@alloy/contracts';
import { issuesOf } from '@alloy/policy';
import type { z } from 'zod';
import { at, invalid, type Finding } from './manifests/finding';

/** The keys that are suggested for an unknown key: everywhere, or by its position. */
export type KnownKeys = readonly string[] | ((path: readonly PropertyKey[]) => readonly string[]);

/**
 * The faults of a value by its schema, as findings that contain none of its values. `known`: keys that are suggested
 * for an unknown key.
 */
export function findingsOf(error: z.ZodError, known: KnownKeys): Finding[] {
  return issuesOf(error).flatMap((issue) => {
    const pointer = at('', ...issue.path.map(String));
    if (issue.code === 'unrecognized_keys') {
      const here = typeof known === 'function' ? known(issue.path) : known;
      return issue.keys.map((key) => unknownKey(key, at(pointer, key), here));
    }
    if (issue.code === 'invalid_key') return [invalid('invalid_value', pointer, issue.issues[0]?.message ?? issue.message)];
    if (issue.code === 'invalid_type')
      return [
        issue.input === undefined && issue.path.length > 0 && isMissing(issue.message)
          ? missing(pointer)
          : invalid('wrong_type', pointer, `A value of type ${issue.expected} is required here.`),
      ];
    return [invalid('invalid_value', pointer, issue.message)];
  });
}

const isMissing = (message: string): boolean => message.endsWith('received undefined');
const missing = (pointer: string): Finding => invalid('missing_field', pointer, 'This field is required.');

function unknownKey(key: string, pointer: string, known: readonly string[]): Finding {
  const near = nearestKey(key, known);
  return invalid('unknown_key', pointer, near === undefined ? 'This key is unknown.' : `This key is unknown; did you mean ${near}?`);
}
