/**
 * One complete message of Postgres' wire protocol; `type` is empty for the first messages of a connection, which have
 * none.
 */
export interface Message {
  readonly type: string;
  readonly body: Buffer;
  readonly bytes: Buffer;
}

/**
 * Splits a stream of bytes into messages. `untyped`: it starts with a message without a type, like the stream of a
 * client.
 */
export class Messages {
  private rest: Buffer = Buffer.alloc(0);

  constructor(private untyped: boolean) {}

  take(chunk: Buffer): Message[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const found: Message[] = [];
    for (;;) {
      const head = this.untyped ? 0 : 1;
      if (this.rest.length < head + 4) return found;
      const length = head + this.rest.readInt32BE(head);
      if (this.rest.length < length) return found;
      const bytes = this.rest.subarray(0, length);
      found.push({ type: head === 0 ? '' : String.fromCharCode(bytes[0]!), body: bytes.subarray(head + 4), bytes });
      this.rest = this.rest.subarray(length);
      this.untyped = false;
    }
  }
}

/** The body of a Parse. */
export function parsed(body: Buffer): { readonly statement: string; readonly sql: string } {
  const [statement, rest] = text(body);
  return { statement, sql: text(rest)[0] };
}

/** The body of a Bind: the statement and its parameters as text. */
export function bound(body: Buffer): { readonly statement: string; readonly parameters: readonly (string | null)[] } {
  const [statement, rest] = text(text(body)[1]);
  let at = 2 + 2 * rest.readInt16BE(0);
  const parameters: (string | null)[] = [];
  const count = rest.readInt16BE(at);
  at += 2;
  for (let i = 0; i < count; i += 1) {
    const length = rest.readInt32BE(at);
    at += 4;
    parameters.push(length < 0 ? null : rest.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  return { statement, parameters };
}

/** A zero-terminated text, and the rest. */
function text(bytes: Buffer): readonly [string, Buffer] {
  const end = bytes.indexOf(0);
  return [bytes.toString('utf8', 0, end), bytes.subarray(end + 1)];
}
