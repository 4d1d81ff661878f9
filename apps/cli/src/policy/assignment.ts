import { InvalidArgumentError } from 'commander';
import { parse } from 'yaml';

type Assignment = readonly [path: string, value: unknown];

/** Parses `path=value`, the value in YAML, and appends it to `before`. */
export function assignment(text: string, before: readonly Assignment[] = []): readonly Assignment[] {
  const [, path, value] = /^([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*)=([^]*)$/.exec(text) ?? [];
  if (path === undefined || value === undefined)
    throw new InvalidArgumentError('It must be a path and a value, such as analysis.maxErrorRate=0.02.');
  try {
    return [...before, [path, parse(value, { maxAliasCount: 0, logLevel: 'error' }) as unknown]];
  } catch {
    throw new InvalidArgumentError('The value is not YAML.');
  }
}
