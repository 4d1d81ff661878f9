import { context, trace } from '@opentelemetry/api';
import { setImmediate as turn } from 'node:timers/promises';
import type { WorkSpan } from './span-recorder';
import { Recording } from './testing/recording';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parent = { traceId, spanId: 'b7ad6b7169203331', sampled: true };
const other = { traceId: '1af7651916cd43dd8448eb211c80319c', spanId: 'c7ad6b7169203331', sampled: true };

describe('RecordedWork', () => {
  let recording: Recording;
  beforeAll(() => (recording = new Recording()));
  beforeEach(() => recording.clear());
  afterAll(() => recording.stop());

  const begin = (name = 'decide'): WorkSpan => recording.recorder.begin(name, 'internal', { a: 1 });

  it('is exported as a child of the span that it follows, with the start time of the work, if it had an effect', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_767_225_600_000);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    const work = begin();
    await turn();
    clock.mockReturnValue(1_500);
    work.follow(parent);
    work.set({ 'alloy.events': 'ReleasePlanned' });
    work.keep();
    const { spanId } = work.context;
    work.end();
    jest.restoreAllMocks();
    expect(recording.exported()).toMatchObject([
      {
        name: 'decide',
        kind: 0,
        duration: [0, 500_000_000],
        parentSpanContext: { traceId, spanId: parent.spanId, isRemote: true },
        attributes: { a: 1, 'alloy.events': 'ReleasePlanned' },
        status: { code: 0 },
      },
    ]);
    expect(recording.exported()[0]!.spanContext()).toMatchObject({ traceId, spanId });
  });

  it('exports neither its span nor the spans within it if it had no effect', () => {
    const work = begin();
    work.run(() => {
      work.follow(parent);
      recording.instrumented('GET')!.end();
    });
    work.end();
    expect(recording.names()).toEqual([]);
  });

  it('records no inner spans before it follows a span or starts a trace, because the trace is not known yet', () => {
    const work = begin();
    work.run(() => {
      expect(recording.instrumented('SELECT')).toBeUndefined();
      work.keep();
      expect(work.traceId).toBeUndefined();
      expect(work.context.traceId).toMatch(/^[0-9a-f]{32}$/);
      recording.instrumented('INSERT')!.end();
    });
    work.end();
    expect(recording.names()).toEqual(['INSERT', 'decide']);
  });

  it('exports the inner spans from before its effect with their end times', () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    jest.spyOn(Date, 'now').mockReturnValue(1_767_225_600_000);
    const work = begin();
    work.run(() => {
      work.follow(parent);
      const get = recording.instrumented('GET')!;
      clock.mockReturnValue(1_010);
      get.end();
      expect(recording.names()).toEqual([]);
      clock.mockReturnValue(9_000);
      work.keep();
      recording.instrumented('PATCH')!.end();
    });
    work.end();
    jest.restoreAllMocks();
    expect(recording.names()).toEqual(['GET', 'PATCH', 'decide']);
    for (const name of ['GET', 'PATCH']) expect(recording.find(name).parentSpanContext?.spanId).toBe(work.context.spanId);
    // OpenTelemetry adds the fractions of the process's start, so that a nanosecond may be rounded.
    const milliseconds = (name: string): number => {
      const [seconds, nanoseconds] = recording.find(name).duration;
      return Math.round(seconds * 1e3 + nanoseconds / 1e6);
    };
    expect([milliseconds('GET'), milliseconds('decide')]).toEqual([10, 8_000]);
  });

  it('is not the parent of a span within an inner span', () => {
    const work = begin();
    work.run(() => {
      work.follow(parent);
      const outer = recording.instrumented('pg-pool.connect')!;
      context.with(trace.setSpan(context.active(), outer), () => recording.instrumented('pg.connect')!.end());
      outer.end();
      work.keep();
    });
    work.end();
    expect(recording.find('pg.connect').parentSpanContext?.spanId).toBe(recording.find('pg-pool.connect').spanContext().spanId);
    expect(recording.find('pg-pool.connect').parentSpanContext?.spanId).toBe(work.context.spanId);
  });

  it('exports an inner span that ends after the work', () => {
    const [kept, dropped] = [begin('kept'), begin('dropped')];
    const late = [kept, dropped].map((work) => work.run(() => {
      work.follow(parent);
      return recording.instrumented('late')!;
    }));
    kept.keep();
    for (const work of [kept, dropped]) work.end();
    for (const span of late) span.end();
    expect(recording.names()).toEqual(['kept', 'late']);
  });

  it('is two spans if it starts again as the child of another span: the first attempt ends there', () => {
    const work = begin();
    work.follow(parent);
    work.follow(parent);
    work.keep();
    work.follow(other);
    work.keep();
    work.end();
    expect(recording.exported().map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([parent.spanId, other.spanId]);
  });

  it('drops a first attempt that had no effect', () => {
    const work = begin();
    work.run(() => {
      work.follow(parent);
      recording.instrumented('GET')!.end();
      work.follow(other);
      work.keep();
    });
    work.end();
    expect(recording.exported().map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
      ['decide', other.spanId],
    ]);
  });

  it('has the type of its error, and not its text', () => {
    const work = begin();
    work.keep();
    work.end(new RangeError('hunter2'));
    expect(recording.exported()).toMatchObject([{ status: { code: 2 }, attributes: { 'error.type': 'RangeError' } }]);
    expect(recording.exported()[0]).not.toHaveProperty('status.message');
    expect(recording.exported()[0]!.events).toEqual([]);
  });

  it('is not exported if the span that it follows is not sampled, and passes that on', () => {
    const work = begin();
    work.run(() => {
      work.follow({ ...parent, sampled: false });
      work.keep();
      recording.instrumented('INSERT')!.end();
    });
    expect(work.context).toMatchObject({ traceId, sampled: false });
    work.end();
    expect(recording.names()).toEqual([]);
  });

  it('is the parent of work that starts within it', () => {
    const work = begin('execute');
    work.follow(parent);
    const inner = recording.recorder.begin('create Deployment web', 'internal', {}, work);
    for (const one of [inner, work]) one.keep();
    inner.run(() => recording.instrumented('POST')!.end());
    for (const one of [inner, work]) one.end();
    expect(recording.find('create Deployment web').parentSpanContext?.spanId).toBe(work.context.spanId);
    expect(recording.find('POST').parentSpanContext?.spanId).toBe(inner.context.spanId);
    expect(recording.find('POST').spanContext().traceId).toBe(traceId);
  });

  it('is not the parent of independent work, or of work that outlives it', () => {
    const [outer, inner] = [begin('outer'), begin('inner')];
    outer.run(() => {
      outer.follow(parent);
      inner.run(() => expect(recording.instrumented('SELECT')).toBeUndefined());
      recording.recorder.detach(() => expect(recording.instrumented('watch')).toBeUndefined());
      expect(recording.instrumented('GET')).toBeDefined();
    });
  });
});
