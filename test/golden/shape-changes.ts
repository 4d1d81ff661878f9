import type { Shape } from './payload-shapes';

interface Line {
  /** The path without the marks of optional fields. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly value: string;
}

/**
 * The parts of `now` that an event written in the shape `before` does not satisfy. If empty, old events can be read and
 * the schema version may stay.
 * A new optional field, a field that becomes optional, and a further value are compatible; everything else is not.
 */
export function breaksOf(before: Shape, now: Shape): readonly string[] {
  const [old, fresh] = [before.map(lineOf), now.map(lineOf)];
  const gone = old
    .filter(({ path, value }) => !fresh.some((line) => line.path === path && line.value === value))
    .map(({ path, value }) => `${path} may not be ${value} any more`);
  const demanded = fresh
    .filter((line) => !old.some(({ path }) => path === line.path) && isDemanded(line, old))
    .map(({ path }) => `${path} is demanded, and old events do not have it`);
  const missing = fresh.filter((line) => wasOptional(line, old)).map(({ path }) => `${path} may not be missing any more`);
  return [...new Set([...gone, ...demanded, ...missing])];
}

function lineOf(text: string): Line {
  const [, path = '', value = ''] = /^(.*?): (.*)$/s.exec(text) ?? [];
  return { path: path.replaceAll('?', ''), segments: path.split(/[.](?![^<]*>)/), value };
}

/** Whether the first new segment of a new path is one that an old event must have. */
function isDemanded({ segments }: Line, old: readonly Line[]): boolean {
  const known = new Set(old.flatMap((line) => line.segments.map((_, i) => plain(line.segments.slice(0, i + 1)))));
  const first = segments.findIndex((_, i) => !known.has(plain(segments.slice(0, i + 1))));
  // Old events need no field of a new member of a union (`<kind=…>`), because they are of another member.
  return first !== -1 && !segments[first]!.includes('?') && !segments[first]!.includes('<kind=');
}

function wasOptional(line: Line, old: readonly Line[]): boolean {
  const same = old.find(({ path }) => path === line.path);
  return same !== undefined && same.segments.some((segment, i) => segment.includes('?') && !line.segments[i]!.includes('?'));
}

const plain = (segments: readonly string[]): string => segments.join('.').replaceAll('?', '');
