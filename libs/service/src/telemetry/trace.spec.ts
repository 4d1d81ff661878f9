import { currentScope, outside, scopeFields } from './scope';
import type { EndedSpan } from './span';
import { continueTrace, followEvents, followTrace, handling, tellSpans, traced, traceHeaders } from './trace';

const trace = '0af7651916cd43dd8448eb211c80319c';
const caller = `00-${trace}-b7ad6b7169203331-01`;

describe('traces', () => {
  const told: EndedSpan[] = [];
  let end: () => void;
  const byName = (name: string): EndedSpan | undefined => told.find((span) => span.name === name);
  beforeAll(() => (end = tellSpans((span) => told.push(span))));
  beforeEach(() => told.splice(0));
  afterAll(() => end());

  it('go from the event that is acted upon to the one that is appended', async () => {
    const written = await handling('decide', { release: 'r1' }, async () => {
      followTrace(caller);
      return continueTrace('r1', ['ReleasePlanned', 'StepStarted']);
    });
    expect(told).toEqual([expect.objectContaining({ name: 'decide', traceId: trace, parentId: 'b7ad6b7169203331', attributes: { 'alloy.release': 'r1', 'alloy.events': 'ReleasePlanned StepStarted' }, error: undefined })]);
    expect(written).toBe(`00-${trace}-${told[0]!.spanId}-01`);
  });

  it('tell nothing of work that had no effect', async () => {
    await handling('look', {}, async () => expect(traceHeaders()).toEqual({ traceparent: expect.any(String) }));
    expect(told).toEqual([]);
  });

  it('link what is done within to what it is done in, which is told then, too', async () => {
    await handling('execute', {}, async () => {
      followEvents([{ family: 'decision', traceparent: caller }, { family: 'decision', traceparent: null }, { family: 'finding', traceparent: caller.replace('0af', '1af') }], 'decision');
      await traced('PATCH', 'client', { verb: 'apply' }, async () => expect(traceHeaders()['traceparent']).toContain(trace));
    });
    expect(byName('PATCH')).toMatchObject({ kind: 'client', parentId: byName('execute')!.spanId, traceId: trace, attributes: { verb: 'apply' } });
  });

  it('begin anew where there is none, and respect who wants none', async () => {
    const fresh = await handling('fresh', {}, async () => continueTrace('r1', []));
    expect(fresh).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    told.splice(0);
    const unsampled = await handling('unsampled', {}, async () => {
      followTrace(caller.replace(/01$/, '00'));
      return continueTrace('r1', ['ReleasePlanned', 'StepStarted']);
    });
    expect(unsampled).toMatch(/-00$/);
    expect(told).toEqual([]);
    expect(continueTrace('r1', [])).toBeNull();
    expect(traceHeaders()).toEqual({});
  });

  it('tell the type of an error, never its text', async () => {
    const failing = handling('fail', {}, async () => {
      continueTrace('r1', ['ReleasePlanned', 'StepStarted']);
      throw new RangeError('hunter2');
    });
    await expect(failing).rejects.toThrow('hunter2');
    expect(told).toEqual([expect.objectContaining({ error: 'RangeError' })]);
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('give log lines release and trace, each handling its own, whatever it is begun in', async () => {
    await handling('outer', { release: 'outer' }, async () => {
      followTrace(caller);
      expect(scopeFields()).toEqual({ release: 'outer', trace });
      await handling('inner', { release: 'inner' }, async () => expect(scopeFields()).toEqual({ release: 'inner' }));
      await Promise.resolve();
      expect(scopeFields()).toEqual({ release: 'outer', trace });
      expect(outside(() => currentScope())).toBeUndefined();
    });
    expect(scopeFields()).toEqual({});
  });
});
