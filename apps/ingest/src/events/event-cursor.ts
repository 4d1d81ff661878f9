/** A place in the order of all events, as clients keep it: what it says is nobody's business. `seq` 0 is before the first. */
export const cursorOf = (seq: number): string => Buffer.from(`seq:${seq}`).toString('base64url');

/** Undefined: no cursor of ours. */
export function seqOf(cursor: string): number | undefined {
  const match = /^seq:(0|[1-9][0-9]{0,14})$/.exec(Buffer.from(cursor, 'base64url').toString());
  return match ? Number(match[1]) : undefined;
}
