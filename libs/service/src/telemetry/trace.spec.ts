import { useSpanRecorder } from './recorder';
import { currentScope, detachContext, scopeFields } from './scope';
import { FakeRecorder } from './testing/fake-recorder';
import { continueTrace, followEvents, followTrace, handling, traced, traceHeaders } from './trace';

const trace = '0af7651916cd43dd8448eb211c80319c';
const caller = `00-${trace}-b7ad6b7169203331-01`;

describe('work without a recorder of spans', () => {
  it('continues the trace of the event that it follows in the events that it appends', async () => {
    const written = await handling('decide', { release: 'r1' }, async () => {
      followTrace(caller);
      return continueTrace('r1', ['ReleasePlanned', 'StepStarted']);
    });
    expect(written).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    expect(written).not.toBe(caller);
  });

  it('starts a trace if it follows none, and appends all its events in it', async () => {
    const [first, second] = await handling('decide', {}, async () => [continueTrace('r1', []), continueTrace('r1', [])]);
    expect(first).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(second).toBe(first);
  });

  it('passes the caller’s sampling flag on', async () => {
    const unsampled = await handling('decide', {}, async () => {
      followTrace(caller.replace(/01$/, '00'));
      return continueTrace('r1', []);
    });
    expect(unsampled).toMatch(/-00$/);
  });

  it('follows the last event of a family that has a trace, and gets new ids for a repeated attempt', async () => {
    const other = caller.replace('0af', '1af').replace('b7a', 'c7a');
    await handling('execute', {}, async () => {
      followEvents(
        [
          { family: 'decision', traceparent: caller },
          { family: 'decision', traceparent: null },
          { family: 'finding', traceparent: other },
        ],
        'decision',
      );
      const first = continueTrace('r1', []);
      expect(first).toContain(trace);
      followTrace(caller);
      expect(continueTrace('r1', [])).toBe(first);
      followTrace(other);
      expect(continueTrace('r1', [])).toMatch(/^00-1af7/);
    });
  });

  it('sends its traceparent with each request, and requests outside of any work send none', async () => {
    await handling('execute', {}, async () => {
      followTrace(caller);
      const { traceparent } = traceHeaders();
      expect(traceparent).toContain(trace);
      await traced('PATCH', 'internal', {}, async () => {
        expect(traceHeaders()['traceparent']).toContain(trace);
        expect(traceHeaders()['traceparent']).not.toBe(traceparent);
      });
    });
    expect(traceHeaders()).toEqual({});
    expect(continueTrace('r1', [])).toBeNull();
  });

  it('adds its own release and trace to log lines, independent of its caller', async () => {
    await handling('outer', { release: 'outer' }, async () => {
      followTrace(caller);
      expect(scopeFields()).toEqual({ release: 'outer', trace });
      await handling('inner', { release: 'inner' }, async () => expect(scopeFields()).toEqual({ release: 'inner' }));
      await Promise.resolve();
      expect(scopeFields()).toEqual({ release: 'outer', trace });
      expect(detachContext(() => currentScope())).toBeUndefined();
    });
    expect(scopeFields()).toEqual({});
  });
});

describe('work with a recorder of spans', () => {
  let recorder: FakeRecorder;
  beforeEach(() => useSpanRecorder((recorder = new FakeRecorder())));
  afterEach(() => useSpanRecorder());

  it('is recorded with the types of its appended events, under the span id in these events', async () => {
    const written = await handling('decide', { release: 'r1' }, async () => {
      followTrace(caller);
      return continueTrace('r1', ['ReleasePlanned', 'StepStarted']);
    });
    expect(recorder.spans).toMatchObject([
      {
        name: 'decide', kind: 'internal', parentId: 'b7ad6b7169203331',
        attributes: { 'alloy.release': 'r1', 'alloy.events': 'ReleasePlanned StepStarted' },
        error: undefined,
      },
    ]);
    expect(written).toBe(`00-${trace}-${recorder.spans[0]!.context.spanId}-01`);
  });

  it('is not recorded if it had no effect', async () => {
    await handling('look', {}, async () => followTrace(caller));
    expect(recorder.spans).toEqual([]);
  });

  it('records an external effect as a child span, and then itself', async () => {
    await handling('execute', { release: 'r1' }, async () => {
      followTrace(caller);
      await traced('create Deployment web', 'internal', { verb: 'create' }, async () => undefined);
    });
    const [child, work] = recorder.spans;
    expect(child).toMatchObject({
      name: 'create Deployment web',
      attributes: { verb: 'create', 'alloy.release': 'r1' },
      parentId: work!.context.spanId,
    });
    expect(work).toMatchObject({ name: 'execute', parentId: 'b7ad6b7169203331' });
  });

  it('is recorded with its error, which its caller gets', async () => {
    const error = new RangeError('hunter2');
    const failing = handling('fail', {}, async () => {
      continueTrace('r1', []);
      throw error;
    });
    await expect(failing).rejects.toBe(error);
    expect(recorder.spans).toMatchObject([{ name: 'fail', error, attributes: { 'alloy.release': 'r1' } }]);
  });

  it('gets the headers of requests from the recorder', async () => {
    await handling('execute', {}, async () => expect(traceHeaders()).toEqual({ traced: 'by an instrumentation' }));
  });
});
