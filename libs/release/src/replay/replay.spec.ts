import { releaseStream, type StoredEvent } from '@alloy/contracts';
import { familyOf } from '../event-family';
import { given, happyUntil, identity, START } from '../testing';
import { msOf } from '../time';
import { releaseHistoryOf, replay, stateAt } from './replay';

const { log } = given(happyUntil());
const stream = releaseStream(identity.releaseId);
const stored = log.map((event): StoredEvent => ({
  ...event, stream, schema: 1, family: familyOf[event.type], project: identity.project, environment: identity.environment,
  correlationId: identity.releaseId, causationId: null, traceparent: null, hash: '',
}));
const history = releaseHistoryOf(stored);

it('replay returns the states event by event', () => {
  const moments = replay(history);
  expect(moments).toHaveLength(log.length);
  expect(moments[0]).toMatchObject({ before: { status: 'none' }, after: { status: 'requested', version: 1 } });
  expect(moments.at(-1)).toMatchObject({ before: { status: 'promoting' }, after: { status: 'promoted', version: log.length } });
  for (const [i, { before }] of moments.entries()) if (i > 0) expect(before).toBe(moments[i - 1]!.after);
});

it('stateAt returns the state at a version or a time', () => {
  const planned = log.findIndex(({ type }) => type === 'ReleasePlanned');
  expect(stateAt(history, { version: planned })).toMatchObject({ status: 'gated', version: planned });
  expect(stateAt(history, { version: planned + 1 })).toMatchObject({ status: 'releasing' });
  expect(stateAt(history, { time: msOf(START) - 1 })).toMatchObject({ status: 'none' });
  expect(stateAt(history, { time: msOf(START) + 5_000 })).toMatchObject({ status: 'releasing', verdicts: [{ verdict: 'pass' }] });
  expect(stateAt(history, { version: 1_000 })).toEqual(replay(history).at(-1)!.after);
});

it('releaseHistoryOf refuses events that are not one complete stream', () => {
  expect(() => releaseHistoryOf([])).toThrow('not the events of a release');
  expect(() => releaseHistoryOf(stored.map((event) => ({ ...event, stream: 'project-shop' })))).toThrow('not the events of a release');
  expect(() => releaseHistoryOf(stored.slice(1))).toThrow(`after version 0 of ${stream} comes version 2`);
  expect(() => releaseHistoryOf([...stored.slice(0, 2), { ...stored[2]!, stream: 'release-R9' }])).toThrow('comes version 3 of release-R9');
  expect(() => releaseHistoryOf([{ ...stored[0]!, schema: 99 }])).toThrow(expect.objectContaining({ code: 'unknown_event_schema' }));
});
