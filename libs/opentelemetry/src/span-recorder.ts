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

/** The span of a unit of work. It starts a trace unless it follows another span. */
export interface WorkSpan {
  /** undefined: it follows no span yet, and its ids have not been read. */
  readonly traceId: string | undefined;
  /** Reading it starts a trace, if the span follows no other yet. */
  readonly context: TraceContext;
  /**
   * Makes it a child of that span. If it was the child of another one, that attempt ends here, and a new span starts.
   */
  follow(parent: TraceContext): void;
  set(attributes: Attributes): void;
  /**
   * The work had an effect: its span and the inner spans are recorded. Without an effect none of them is. Idempotent.
   */
  keep(): void;
  /**
   * Ends it, with the error of the work. Only the error's type is recorded, because its message may contain secrets.
   */
  end(error?: unknown): void;
  /** Runs the work, so that the spans of instrumentations become children of this span. */
  run<T>(work: () => T): T;
}

/** Creates the spans of Alloy's own work. */
export interface SpanRecorder {
  /** A span that starts now; `within`: as a child of that span. */
  begin(name: string, kind: SpanKind, attributes: Attributes, within?: WorkSpan): WorkSpan;
  /** The span of the HTTP request in the current async context; undefined: no instrumentation recorded one. */
  request(): WorkSpan | undefined;
  /** Headers that Alloy adds to a request in this work; none if an instrumentation adds them. */
  headers(span: WorkSpan): Readonly<Record<string, string>>;
  /** Runs a function that outlives the current work, so that its spans are not children of this work's span. */
  detach<T>(run: () => T): T;
}
