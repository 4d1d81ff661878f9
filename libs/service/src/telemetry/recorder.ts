import type { SpanRecorder, WorkSpan } from '@alloy/opentelemetry';
import { IdSpan } from './id-span';
import { formatTraceparent } from './traceparent';

/** Creates the ids and records nothing. */
const idRecorder: SpanRecorder = {
  begin: (_name, _kind, _attributes, within) => new IdSpan(within),
  request: () => undefined,
  headers: (span: WorkSpan) => ({ traceparent: formatTraceparent(span.context) }),
  detach: (run) => run(),
};

let current = idRecorder;

/** What creates the spans of this process. */
export const spanRecorder = (): SpanRecorder => current;

/** From now on; default: ids alone. */
export function useSpanRecorder(recorder: SpanRecorder = idRecorder): void {
  current = recorder;
}
