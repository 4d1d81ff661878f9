import type { SpanRecorder, WorkSpan } from '@alloy/opentelemetry';
import { IdSpan } from './id-span';
import { formatTraceparent } from './traceparent';

/** Creates ids without recording. */
const idRecorder: SpanRecorder = {
  begin: (_name, _kind, _attributes, within) => new IdSpan(within),
  request: () => undefined,
  headers: (span: WorkSpan) => ({ traceparent: formatTraceparent(span.context) }),
  detach: (run) => run(),
};

let current = idRecorder;

/** The recorder that creates the spans of this process. */
export const spanRecorder = (): SpanRecorder => current;

/** Replaces the recorder; default: one that only creates ids. */
export function useSpanRecorder(recorder: SpanRecorder = idRecorder): void {
  current = recorder;
}
