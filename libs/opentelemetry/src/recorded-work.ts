import {
  context, createContextKey, ROOT_CONTEXT, SpanKind as Kind, SpanStatusCode, trace, TraceFlags, type Context, type Span,
  type SpanContext, type Tracer,
} from '@opentelemetry/api';
import type { Attributes, SpanKind, TraceContext, WorkSpan } from './span-recorder';

const WORK = createContextKey('alloy work');
/** Maximum number of inner spans that wait for an effect of the work; later ones are lost. */
const MOST_WAITING = 1_000;

const kinds: Readonly<Record<SpanKind, Kind>> = {
  internal: Kind.INTERNAL, server: Kind.SERVER, client: Kind.CLIENT, producer: Kind.PRODUCER,
};

/**
 * Work that the SDK traces. Its span starts once its parent is known, and ends, and is exported, only if the work had
 * an effect.
 */
export class RecordedWork implements WorkSpan {
  private startedAt = performance.now();
  private parentId: string | undefined;
  private readonly attributes: Record<string, string | number | boolean>;
  private span: Span | undefined;
  private effect: 'unknown' | 'some' | 'none' = 'unknown';
  private waiting: Array<() => void> = [];

  constructor(
    private readonly tracer: Tracer,
    private readonly name: string,
    private readonly kind: SpanKind,
    attributes: Attributes,
  ) {
    this.attributes = { ...attributes };
  }

  /** undefined: the span is not started yet. */
  get started(): Span | undefined {
    return this.span;
  }

  get traceId(): string | undefined {
    return this.span?.spanContext().traceId;
  }

  get context(): TraceContext {
    return traceContextOf(this.start().spanContext());
  }

  follow({ traceId, spanId, sampled }: TraceContext): void {
    if (this.span && this.parentId === spanId) return;
    if (this.span) this.restart();
    this.parentId = spanId;
    const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
    this.start(trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true }));
  }

  set(attributes: Attributes): void {
    if (this.span) this.span.setAttributes(attributes);
    else Object.assign(this.attributes, attributes);
  }

  keep(): void {
    if (this.effect !== 'unknown') return;
    this.effect = 'some';
    for (const end of this.waiting.splice(0)) end();
  }

  end(error?: unknown): void {
    if (this.effect === 'unknown') this.effect = 'none';
    this.waiting = [];
    if (this.effect === 'none') return;
    const span = this.start();
    if (error !== undefined)
      span.setAttribute('error.type', error instanceof Error ? error.name : typeof error).setStatus({ code: SpanStatusCode.ERROR });
    span.end(performance.now());
  }

  run<T>(work: () => T): T {
    return context.with(ROOT_CONTEXT.setValue(WORK, this), work);
  }

  /** Starts the span, unless it is started; default parent: none. */
  start(parent: Context = ROOT_CONTEXT): Span {
    return (this.span ??= this.tracer.startSpan(
      this.name,
      { kind: kinds[this.kind], attributes: this.attributes, startTime: this.startedAt },
      parent,
    ));
  }

  private restart(): void {
    if (this.effect === 'some') this.span?.end(performance.now());
    [this.span, this.effect, this.waiting, this.startedAt] = [undefined, 'unknown', [], performance.now()];
  }

  /** Ends an inner span once the work has an effect; never if it has none. */
  endWithin(end: () => void): void {
    if (this.effect === 'some') end();
    else if (this.effect === 'unknown' && this.waiting.length < MOST_WAITING) this.waiting.push(end);
  }
}

/** The work of the context; undefined: none, or a request. */
export const workOf = (active: Context): RecordedWork | undefined => active.getValue(WORK) as RecordedWork | undefined;

export const traceContextOf = ({ traceId, spanId, traceFlags }: SpanContext): TraceContext => ({
  traceId,
  spanId,
  sampled: (traceFlags & TraceFlags.SAMPLED) !== 0,
});
