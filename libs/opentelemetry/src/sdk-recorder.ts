import { context, isSpanContextValid, ROOT_CONTEXT, trace, type Span, type Tracer } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { RecordedWork } from './recorded-work';
import { RequestSpan } from './request-span';
import type { Attributes, SpanKind, SpanRecorder, WorkSpan } from './span-recorder';

/** Records work with the SDK's tracer. */
export class SdkRecorder implements SpanRecorder {
  constructor(private readonly tracer: Tracer) {}

  begin(name: string, kind: SpanKind, attributes: Attributes, within?: WorkSpan): WorkSpan {
    const work = new RecordedWork(this.tracer, name, kind, attributes);
    const parent = within && spanOf(within);
    if (parent) work.start(trace.setSpan(ROOT_CONTEXT, parent));
    return work;
  }

  request(): WorkSpan | undefined {
    const span = getRPCMetadata(context.active())?.span;
    return span && isSpanContextValid(span.spanContext()) ? new RequestSpan(span) : undefined;
  }

  headers(): Readonly<Record<string, string>> {
    return {};
  }

  detach<T>(run: () => T): T {
    return context.with(ROOT_CONTEXT, run);
  }
}

function spanOf(work: WorkSpan): Span | undefined {
  if (work instanceof RecordedWork) return work.start();
  return work instanceof RequestSpan ? work.span : undefined;
}
