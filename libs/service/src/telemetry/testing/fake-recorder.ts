import type { Attributes, SpanKind, SpanRecorder, TraceContext, WorkSpan } from '@alloy/opentelemetry';
import { IdSpan } from '../id-span';

/** A span as `FakeRecorder` keeps it. */
export interface FakeSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: TraceContext;
  readonly parentId: string | undefined;
  readonly attributes: Attributes;
  readonly error: unknown;
}

/** Keeps the ended spans that had an effect. */
export class FakeRecorder implements SpanRecorder {
  readonly spans: FakeSpan[] = [];
  /** The span of the current request. */
  incoming: WorkSpan | undefined;

  begin(name: string, kind: SpanKind, attributes: Attributes, within?: WorkSpan): WorkSpan {
    return new FakeWork((span) => this.spans.push({ name, kind, ...span, attributes: { ...attributes, ...span.attributes } }), within);
  }

  request(): WorkSpan | undefined {
    return this.incoming;
  }

  headers(): Readonly<Record<string, string>> {
    return { traced: 'by an instrumentation' };
  }

  detach<T>(run: () => T): T {
    return run();
  }
}

class FakeWork extends IdSpan {
  private parentId: string | undefined;
  private kept = false;
  private attributes: Attributes = {};

  constructor(
    private readonly record: (span: Pick<FakeSpan, 'context' | 'parentId' | 'attributes' | 'error'>) => void,
    within?: WorkSpan,
  ) {
    super(within);
    this.parentId = within?.context.spanId;
  }

  override follow(parent: TraceContext): void {
    super.follow(parent);
    this.parentId = parent.spanId;
  }

  override set(attributes: Attributes): void {
    this.attributes = { ...this.attributes, ...attributes };
  }

  override keep(): void {
    this.kept = true;
  }

  override end(error?: unknown): void {
    if (this.kept) this.record({ context: this.context, parentId: this.parentId, attributes: this.attributes, error });
  }
}
