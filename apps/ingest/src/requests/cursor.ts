import { z } from 'zod';
import { sentAs } from './sent-as';

export interface CursorOptions<T> {
  /** The content of a cursor, whose text is base64url of it; undefined: invalid. */
  readonly read: (text: string) => T | undefined;
  /** A valid content. */
  readonly example: string;
}

const CURSOR = /^[A-Za-z0-9_-]{1,256}$/;
const ERROR = 'This is not a valid cursor.';

export const encodeCursor = (text: string): string => Buffer.from(text).toString('base64url');

/** A position from an earlier page or event; clients send it back unchanged. */
export function cursor<T>({ read, example }: CursorOptions<T>) {
  const schema = z.string().regex(CURSOR, ERROR).transform((text, context) => {
    const value = read(Buffer.from(text, 'base64url').toString());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: ERROR });
    return z.NEVER;
  });
  return sentAs(
    schema,
    z
      .string()
      .regex(CURSOR)
      .meta({ description: 'From an earlier page or event; opaque, and any other value is refused.', examples: [encodeCursor(example)] }),
  );
}
