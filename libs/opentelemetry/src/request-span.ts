import type { Span } from '@opentelemetry/api';
import { traceContextOf } from './recorded-work';
import type { Attributes, TraceContext, WorkSpan } from './span-recorder';

/** The span of an incoming request, which the instrumentation of node:http starts, exports and ends. */
export class RequestSpan implements WorkSpan {
  constructor(readonly span: Span) {}

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  get context(): TraceContext {
    return traceContextOf(this.span.spanContext());
  }

  follow(): void {}

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  keep(): void {}

  end(): void {}

  run<T>(work: () => T): T {
    return work();
  }
}
