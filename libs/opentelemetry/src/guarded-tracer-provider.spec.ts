import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { guardedTracerProvider } from './guarded-tracer-provider';

describe('guardedTracerProvider', () => {
  const exporter = new InMemorySpanExporter();
  const tracer = guardedTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })).getTracer(
    'pg',
    '1',
  );
  beforeEach(() => exporter.reset());

  it.each([
    ['an error with a code', Object.assign(new Error('invalid input syntax for type uuid: "hunter2"'), { code: '22P02' }), '22P02'],
    ['an error', new TypeError('hunter2'), 'TypeError'],
    ['a sentence of the instrumentation of pg', "PostgreSQL error of type 'error' occurred (code: 23505)", '23505'],
    ['another text', 'hunter2', 'Error'],
  ])('records the type of %s, and neither its text nor its stack', (_what, exception, type) => {
    const span = tracer.startSpan('pg.query');
    span.recordException(exception);
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'hunter2' });
    span.end();
    const [exported] = exporter.getFinishedSpans();
    expect(exported).toMatchObject({
      name: 'pg.query',
      status: { code: SpanStatusCode.ERROR },
      events: [{ name: 'exception', attributes: { 'exception.type': type } }],
    });
    expect(JSON.stringify([exported!.status, exported!.events])).not.toContain('hunter2');
  });

  it('ends a span immediately outside of any work', () => {
    tracer.startActiveSpan('GET', (span) => span.end());
    tracer.startActiveSpan('GET', { attributes: { a: 1 } }, (span) => span.end());
    tracer.startActiveSpan('GET', {}, trace.setSpan(ROOT_CONTEXT, tracer.startSpan('parent')), (span) => span.end());
    expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([{}, { a: 1 }, {}]);
    expect(exporter.getFinishedSpans()[2]!.parentSpanContext).toBeDefined();
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});
