/** What one server-sent event says. */
export interface Frame {
  readonly id: string | undefined;
  /** Undefined: it only says where the stream stands. */
  readonly data: string | undefined;
}

/** Takes a stream of server-sent events apart, wherever its pieces are cut. Comments are passed over. */
export class FrameReader {
  private rest = '';

  /** The frames that `text` completes. */
  read(text: string): readonly Frame[] {
    const parts = (this.rest + text).split('\n\n');
    this.rest = parts.pop() ?? '';
    return parts.map((part) => ({ id: fieldOf(part, 'id'), data: fieldOf(part, 'data') })).filter(({ id, data }) => id !== undefined || data !== undefined);
  }
}

const fieldOf = (frame: string, name: string): string | undefined =>
  frame.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
