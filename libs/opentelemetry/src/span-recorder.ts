/** W3C trace context, level 1: https://www.w3.org/TR/trace-context/#traceparent-header */
export interface TraceContext {
  /** 32 hex digits, not all zero. */
  readonly traceId: string;
  /** 16 hex digits, not all zero. */
  readonly spanId: string;
  readonly sampled: boolean;
}

export type SpanKind = 'internal' | 'server' | 'client' | 'producer';
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** The span of one piece of work. It begins a trace unless it follows another span. */
export interface WorkSpan {
  /** undefined: it follows nothing yet, and nothing has asked for its ids. */
  readonly traceId: string | undefined;
  /** Asking for it begins a trace, if it follows nothing yet. */
  readonly context: TraceContext;
  /** Makes it a child of that span. If it was the child of another one, that attempt ends here, and a new span begins. */
  follow(parent: TraceContext): void;
  set(attributes: Attributes): void;
  /** The work had an effect: its span and the spans within it are recorded. Without an effect none of them is. Idempotent. */
  keep(): void;
  /** Ends it, with the error that the work ended with. Only the error's type is recorded: its message may hold secrets. */
  end(error?: unknown): void;
  /** Runs the work, so that the spans of instrumentations become children of this span. */
  run<T>(work: () => T): T;
}

/** Creates the spans of Alloy's own work. */
export interface SpanRecorder {
  /** A span that starts now; `within`: as a child of that span. */
  begin(name: string, kind: SpanKind, attributes: Attributes, within?: WorkSpan): WorkSpan;
  /** The span of the HTTP request that is handled in the current async context; undefined: no instrumentation recorded one. */
  request(): WorkSpan | undefined;
  /** Headers that Alloy adds to a request it sends in this work; none where an instrumentation adds them. */
  headers(span: WorkSpan): Readonly<Record<string, string>>;
  /** Runs something that outlives the current work, so that its spans are not children of this work's span. */
  detach<T>(run: () => T): T;
}
