import type { StoredEvent } from '@alloy/contracts';
import { Findings } from './audit-report';
import { LogWalk } from './log-walk';
import { ALog, chained } from './testing/a-log';

/** Six events of three streams; a checkpoint after each stream's second event; the last event is not covered. */
const aLog = () => new ALog().append('s-1', 2).sign().append('s-2', 2).sign().append('s-3').append('s-1').sign().append('s-2');

type Ordered = Pick<StoredEvent, 'stream' | 'version'> & { readonly seq: number; readonly event?: StoredEvent };
const ordered = (events: readonly StoredEvent[]): readonly Ordered[] =>
  events.map((event, i) => ({ seq: i + 1, stream: event.stream, version: event.version, event }));

function walked(log: ALog, order: readonly Ordered[], unordered: readonly StoredEvent[] = []) {
  const findings = new Findings();
  const walk = new LogWalk(log.checkpoints, findings);
  for (const { event, ...place } of order) walk.ordered(place, event);
  walk.endOfOrder();
  for (const event of unordered) walk.unordered(event);
  const { events, streams, signedUpTo } = walk;
  return { events, streams, signedUpTo, found: findings.list };
}

describe('LogWalk', () => {
  it('finds nothing in an unchanged log, and reports up to where it is signed', () => {
    const log = aLog();
    expect(walked(log, ordered(log.events))).toEqual({ events: 7, streams: 3, signedUpTo: 6, found: [] });
    expect(walked(new ALog(), [])).toEqual({ events: 0, streams: 0, signedUpTo: 0, found: [] });
  });

  it('accepts a checkpoint at the end of the order', () => {
    const log = new ALog().append('s-1').sign();
    expect(walked(log, ordered(log.events))).toEqual({ events: 1, streams: 1, signedUpTo: 1, found: [] });
  });

  it('counts events without a position in the order after all others', () => {
    const log = aLog();
    expect(walked(log, ordered(log.events.slice(0, 6)), [log.events[6]!])).toEqual({ events: 7, streams: 3, signedUpTo: 6, found: [] });
  });

  it('finds an edited event and its position', () => {
    const log = aLog();
    const edited = log.events.map((event, i) => (i === 2 ? { ...event, data: { n: 99 } } : event));
    expect(walked(log, ordered(edited))).toMatchObject({
      signedUpTo: 6,
      found: [{ code: 'edited', stream: 's-2', version: 1, detail: 's-2@1 does not match its hash' }],
    });
  });

  it('finds an edit with a recomputed hash by the next event of its stream and by the covering checkpoints', () => {
    const log = aLog();
    const edited = log.events.map((event, i) => (i === 2 ? chained({ data: { n: 99 } }, 's-2') : event));
    expect(walked(log, ordered(edited))).toMatchObject({ signedUpTo: 6, found: [{ code: 'edited', stream: 's-2', version: 2 }] });
  });

  it('finds a rewritten end of a stream with valid hashes, and between which checkpoints', () => {
    const log = aLog();
    const first = chained({ data: { n: 99 } }, 's-2');
    const forged = [log.events[0]!, log.events[1]!, first, chained({ data: { n: 100 } }, 's-2', first), ...log.events.slice(4, 6)];
    expect(walked(log, ordered(forged))).toMatchObject({
      signedUpTo: 2,
      found: [
        { code: 'contradicts_checkpoint', checkpoint: 2, seq: 4, detail: 'between 3 and 4 the log differs from what checkpoint 2 signed' },
        { code: 'contradicts_checkpoint', checkpoint: 3, seq: 6, detail: 'between 3 and 6 the log differs from what checkpoint 3 signed' },
      ],
    });
  });

  it('does not accept heads of which only the number or only the root matches', () => {
    const log = new ALog().append('s-1').sign();
    log.checkpoints[0] = { ...log.checkpoints[0]!, streams: 2 };
    expect(walked(log, ordered(log.events))).toMatchObject({ signedUpTo: 0, found: [{ code: 'contradicts_checkpoint', checkpoint: 1 }] });
  });

  it('finds a missing event of the order, and the gap in its stream', () => {
    const log = aLog();
    const order = ordered(log.events).map((place) => (place.seq === 3 ? { seq: 3, stream: 's-2', version: 1 } : place));
    expect(walked(log, order)).toEqual({
      events: 6, streams: 3, signedUpTo: 6,
      found: [
        { code: 'missing', seq: 3, stream: 's-2', version: 1, detail: 's-2@1 has position 3 in the order, but is missing' },
        { code: 'gap', stream: 's-2', version: 2, detail: 's-2@2 does not follow the previous event' },
      ],
    });
  });

  it('finds a gap in the order, once, and continues after it', () => {
    const log = aLog();
    const order = ordered(log.events).filter(({ seq }) => seq !== 5);
    expect(walked(log, order).found).toEqual([
      { code: 'order', seq: 5, detail: 'the order has no entries from 5 to 5' },
      { code: 'contradicts_checkpoint', checkpoint: 3, seq: 6, detail: 'between 5 and 6 the log differs from what checkpoint 3 signed' },
    ]);
  });

  it('finds a truncated order by each checkpoint that covers more', () => {
    const log = aLog();
    expect(walked(log, ordered(log.events.slice(0, 3)))).toMatchObject({
      events: 3, signedUpTo: 2,
      found: [
        { code: 'truncated', checkpoint: 2, seq: 4, detail: 'checkpoint 2 covers 4 events, but the order ends at 3' },
        { code: 'truncated', checkpoint: 3, seq: 6, detail: 'checkpoint 3 covers 6 events, but the order ends at 3' },
      ],
    });
  });

  it('finds two events of the same version', () => {
    const log = aLog();
    expect(walked(log, ordered(log.events), [log.events[6]!]).found).toEqual([
      { code: 'fork', stream: 's-2', version: 3, detail: 's-2@3 has the same version as another event' },
    ]);
  });
});

describe('Findings', () => {
  it('lists the first hundred and counts all', () => {
    const findings = new Findings();
    for (let seq = 1; seq <= 120; seq += 1) findings.add({ code: 'order', seq, detail: '' });
    expect(findings.list).toHaveLength(100);
    expect(findings.list.at(-1)).toMatchObject({ seq: 100 });
    expect(findings.count).toBe(120);
  });
});
