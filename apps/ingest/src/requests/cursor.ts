import { z } from 'zod';
import { sentAs } from './sent-as';

export interface CursorOptions<T> {
  /** What the text stands for, which is base64url of it; undefined: none that Alloy made. */
  readonly read: (text: string) => T | undefined;
  /** One that Alloy could have made. */
  readonly example: string;
}

const CURSOR = /^[A-Za-z0-9_-]{1,256}$/;
const ERROR = 'This is not a cursor.';

export const encodeCursor = (text: string): string => Buffer.from(text).toString('base64url');

/** A position that an earlier page or event had; clients send it back as it was. */
export function cursor<T>({ read, example }: CursorOptions<T>) {
  const schema = z.string().regex(CURSOR, ERROR).transform((text, context) => {
    const value = read(Buffer.from(text, 'base64url').toString());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: ERROR });
    return z.NEVER;
  });
  return sentAs(schema, z.string().regex(CURSOR).meta({ description: 'As an earlier page or event had it; opaque, and anything else is refused.', examples: [encodeCursor(example)] }));
}
