import type { Shape } from './payload-shapes';

interface Line {
  /** Without the marks of what is optional. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly value: string;
}

/**
 * What in `now` an event written in the shape `before` would not satisfy; empty: old events can be read as they are, and the schema may stay.
 * A new optional field, one that may be missing now, and a further value are harmless; everything else is not.
 */
export function breaksOf(before: Shape, now: Shape): readonly string[] {
  const [old, fresh] = [before.map(lineOf), now.map(lineOf)];
  const gone = old.filter(({ path, value }) => !fresh.some((line) => line.path === path && line.value === value)).map(({ path, value }) => `${path} may not be ${value} any more`);
  const demanded = fresh.filter((line) => !old.some(({ path }) => path === line.path) && isDemanded(line, old)).map(({ path }) => `${path} is demanded, and old events do not have it`);
  const missing = fresh.filter((line) => wasOptional(line, old)).map(({ path }) => `${path} may not be missing any more`);
  return [...new Set([...gone, ...demanded, ...missing])];
}

function lineOf(text: string): Line {
  const [, path = '', value = ''] = /^(.*?): (.*)$/s.exec(text) ?? [];
  return { path: path.replaceAll('?', ''), segments: path.split(/[.](?![^<]*>)/), value };
}

/** A path that is new: is its first new segment one that an old event must have? */
function isDemanded({ segments }: Line, old: readonly Line[]): boolean {
  const known = new Set(old.flatMap((line) => line.segments.map((_, i) => plain(line.segments.slice(0, i + 1)))));
  const first = segments.findIndex((_, i) => !known.has(plain(segments.slice(0, i + 1))));
  // A variant that no old event is of demands nothing of them.
  return first !== -1 && !segments[first]!.includes('?') && !segments[first]!.includes('<kind=');
}

function wasOptional(line: Line, old: readonly Line[]): boolean {
  const same = old.find(({ path }) => path === line.path);
  return same !== undefined && same.segments.some((segment, i) => segment.includes('?') && !line.segments[i]!.includes('?'));
}

const plain = (segments: readonly string[]): string => segments.join('.').replaceAll('?', '');
