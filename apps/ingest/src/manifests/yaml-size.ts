import { EVENT_ID, type Event } from 'js-yaml';

/** Maximum number of collections inside each other. */
export const MAX_DEPTH = 64;
/** Maximum number of nodes of a document, with resolved aliases. */
const MAX_NODES = 100_000;
const MAX_ALIASES = 200;

export type SizeFault = 'cycle' | 'aliases' | 'deep' | 'large';

/** A collection, or a document, that is open at the current event. */
interface Open {
  readonly anchor: string | undefined;
  size: number;
}

/**
 * Checks the events of a file before values are built: the depth of each document, and its size with resolved aliases.
 * Linear in the number of events.
 */
export function sizeFaultOf(events: readonly Event[], source: string): { readonly fault: SizeFault; readonly offset: number } | undefined {
  const sizes = new Sizes(source);
  for (const event of events) {
    const fault = sizes.take(event);
    if (fault) return { fault, offset: offsetOf(event) };
  }
  return undefined;
}

/** The position of a node in the text; 0 if it has none. */
export function offsetOf(event: Event): number {
  const offsets = [
    'tagStart' in event ? event.tagStart : -1,
    'anchorStart' in event ? event.anchorStart - 1 : -1,
    'valueStart' in event ? event.valueStart : -1,
    'start' in event ? event.start : -1,
  ].filter((offset) => offset >= 0);
  return offsets.length > 0 ? Math.min(...offsets) : 0;
}

class Sizes {
  private open: Open[] = [];
  /** By anchor; undefined while its node is open. */
  private anchored = new Map<string, number | undefined>();
  private aliases = 0;

  constructor(private readonly source: string) {}

  take(event: Event): SizeFault | undefined {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.open = [{ anchor: undefined, size: 0 }];
        this.anchored = new Map();
        this.aliases = 0;
        return undefined;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: return this.openCollection(this.anchorOf(event));
      case EVENT_ID.SCALAR: return this.add(1, this.anchorOf(event));
      case EVENT_ID.ALIAS: return this.addAlias(this.source.slice(event.anchorStart, event.anchorEnd));
      case EVENT_ID.POP: {
        const { anchor, size } = this.open.pop()!;
        return this.open.length > 0 ? this.add(size + 1, anchor) : undefined;
      }
    }
  }

  private openCollection(anchor: string | undefined): SizeFault | undefined {
    if (anchor !== undefined) this.anchored.set(anchor, undefined);
    return this.open.push({ anchor, size: 0 }) > MAX_DEPTH + 1 ? 'deep' : undefined;
  }

  private addAlias(name: string): SizeFault | undefined {
    this.aliases += 1;
    if (this.aliases > MAX_ALIASES) return 'aliases';
    return this.anchored.has(name) && this.anchored.get(name) === undefined ? 'cycle' : this.add(this.anchored.get(name) ?? 1);
  }

  private add(size: number, anchor?: string): SizeFault | undefined {
    if (anchor !== undefined) this.anchored.set(anchor, size);
    const parent = this.open.at(-1)!;
    parent.size += size;
    return parent.size <= MAX_NODES ? undefined : this.aliases > 0 ? 'aliases' : 'large';
  }

  private anchorOf({ anchorStart, anchorEnd }: { readonly anchorStart: number; readonly anchorEnd: number }): string | undefined {
    return anchorStart < 0 ? undefined : this.source.slice(anchorStart, anchorEnd);
  }
}
