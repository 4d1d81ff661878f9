import type { z } from 'zod';

/**
 * The issues of a value. For a value that is of the kind of only one alternative of a union, these are the issues of
 * that alternative, such as an unknown key.
 */
export const issuesOf = ({ issues }: z.ZodError): readonly z.core.$ZodIssue[] => issues.flatMap(inUnion);

function inUnion(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const fitting = issue.errors.filter((alternative) => alternative.every(isInside));
  if (fitting.length !== 1) return [issue];
  return fitting[0]!.flatMap((inner) => inUnion({ ...inner, path: [...issue.path, ...inner.path] }));
}

const isInside = ({ code, path }: z.core.$ZodIssue): boolean => path.length > 0 || code === 'unrecognized_keys';
