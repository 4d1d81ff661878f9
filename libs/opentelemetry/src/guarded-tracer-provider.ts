import {
  context, trace, type Context, type Exception, type Span, type SpanOptions, type TimeInput, type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { workOf } from './recorded-work';

/**
 * For instrumentations: their spans contain the type of an error and never its text, which may contain values (Postgres
 * quotes them). In work without an effect so far, a span ends, and is exported, only when the work has an effect.
 */
export const guardedTracerProvider = (provider: TracerProvider): TracerProvider => ({
  getTracer: (...scope) => new GuardedTracer(provider.getTracer(...scope)),
});

class GuardedTracer implements Tracer {
  constructor(private readonly tracer: Tracer) {}

  startSpan(name: string, options?: SpanOptions, within: Context = context.active()): Span {
    const span = this.tracer.startSpan(name, options, within);
    return span.isRecording() ? guard(span, within) : span;
  }

  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...args: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const work = args.at(-1) as F;
    const [options, within = context.active()] = args.slice(0, -1) as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, within);
    return context.with(trace.setSpan(within, span), () => work(span) as ReturnType<F>);
  }
}

function guard(span: Span, within: Context): Span {
  const work = workOf(within);
  const { end, recordException, setStatus } = span;
  span.recordException = (exception: Exception, time?: TimeInput): void => recordException.call(span, { name: typeOf(exception) }, time);
  span.setStatus = ({ code }): Span => setStatus.call(span, { code });
  if (work) span.end = (time: TimeInput = performance.now()): void => work.endWithin(() => end.call(span, time));
  return span;
}

/** The instrumentation of pg reports the error in this sentence. */
const PG_ERROR = /^PostgreSQL error of type '\w+' occurred \(code: (\w+)\)$/;

function typeOf(exception: Exception): string {
  if (typeof exception === 'string') return PG_ERROR.exec(exception)?.[1] ?? 'Error';
  return String(exception.code ?? exception.name ?? 'Error');
}
