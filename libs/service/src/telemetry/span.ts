import { randomBytes } from 'node:crypto';
import { formatTraceparent, type TraceContext } from './traceparent';

export type SpanKind = 'internal' | 'server' | 'client' | 'producer';
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A span that has ended, as an exporter needs it. */
export interface EndedSpan extends TraceContext {
  readonly name: string;
  readonly kind: SpanKind;
  readonly parentId: string | undefined;
  /** Ms since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Attributes;
  /** Type of the error that it ended with; its message may hold what is nobody's business. */
  readonly error: string | undefined;
}

/** A piece of work in a trace. Its trace begins with it, unless it follows another span. */
export class Span {
  /** Only what had an effect is worth telling: looking and finding nothing to do is most of what services do. */
  worked = false;
  private readonly spanId = randomBytes(8).toString('hex');
  private readonly startedAt = performance.timeOrigin + performance.now();
  private readonly attributes: Record<string, string | number | boolean>;
  private parent: TraceContext | undefined;
  private own: string | undefined;

  constructor(
    readonly name: string,
    readonly kind: SpanKind,
    attributes: Attributes = {},
  ) {
    this.attributes = { ...attributes };
  }

  follow(parent: TraceContext): void {
    this.parent = parent;
  }

  set(attributes: Attributes): void {
    Object.assign(this.attributes, attributes);
  }

  /** Of the trace that it follows; undefined: it has neither found one nor begun one yet. */
  get traceId(): string | undefined {
    return this.parent?.traceId ?? this.own;
  }

  get context(): TraceContext {
    const traceId = this.parent?.traceId ?? (this.own ??= randomBytes(16).toString('hex'));
    return { traceId, spanId: this.spanId, sampled: this.parent?.sampled ?? true };
  }

  get traceparent(): string {
    return formatTraceparent(this.context);
  }

  end(error?: unknown): EndedSpan {
    return {
      ...this.context, name: this.name, kind: this.kind, parentId: this.parent?.spanId, startedAt: this.startedAt, endedAt: performance.timeOrigin + performance.now(),
      attributes: this.attributes, error: error === undefined ? undefined : error instanceof Error ? error.name : typeof error,
    };
  }
}
