/** A server-sent event. */
export interface Frame {
  readonly id: string | undefined;
  /** Undefined: the frame contains only a position. */
  readonly data: string | undefined;
}

/** Parses server-sent events from a stream split at any position; ignores comments. */
export class FrameReader {
  private rest = '';

  /** The frames completed by `text`. */
  read(text: string): readonly Frame[] {
    const parts = (this.rest + text).split('\n\n');
    this.rest = parts.pop() ?? '';
    return parts
      .map((part) => ({ id: fieldOf(part, 'id'), data: fieldOf(part, 'data') }))
      .filter(({ id, data }) => id !== undefined || data !== undefined);
  }
}

const fieldOf = (frame: string, name: string): string | undefined =>
  frame.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
