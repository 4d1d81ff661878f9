import type { z } from 'zod';

/** As people write it in other tools: `60s`, `1m`. */
const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;

/** What is wrong with a value of another type, without the value. */
export function wrongTypeText({ expected, input }: z.core.$ZodIssueInvalidType): string {
  if ((expected === 'number' || expected === 'int') && typeof input === 'string' && DURATION.test(input))
    return 'a number of seconds is required here, such as 60';
  return expected === 'int' ? 'a whole number is required here' : `a value of type ${expected} is required here`;
}

/** What is wrong with a value that is outside of its bounds; the schema's own message, if it has one. */
export function boundText(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const { message, origin, inclusive } = issue;
  const isSmall = issue.code === 'too_small';
  if (!message.startsWith(isSmall ? 'Too small:' : 'Too big:')) return message;
  const bound = isSmall ? issue.minimum : issue.maximum;
  const limit = inclusive === false ? `${isSmall ? 'more' : 'less'} than ${bound}` : `at ${isSmall ? 'least' : 'most'} ${bound}`;
  const unit = { array: 'item', string: 'character' }[origin as string];
  return unit === undefined ? `this must be ${limit}` : `this must have ${limit} ${unit}${Number(bound) === 1 ? '' : 's'}`;
}
