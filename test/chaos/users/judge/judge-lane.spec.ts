import { finished, START } from '../../judge/finished';
import type { FinishedRound } from '../user-run';
import { judgeLane } from './judge-lane';

const round = (more: Partial<FinishedRound> = {}, history: Parameters<typeof finished>[0] = []): FinishedRound => {
  const { events, id, project } = finished(history);
  return { tag: 'v2', version: 'good', faults: [], isRenamed: false, id, project, events, ...more };
};
const drifted = round({}, [['ReleaseRejected', {}], ['StableDrifted', { stable: 'v2' }]]);
const invented = (...later: readonly FinishedRound[]) =>
  judgeLane([{ ...drifted, isRenamed: true }, ...later], []).filter(({ text }) => text.includes('no user made'));
const done = { from: START + 1_500, to: START + 1_600, isDone: true };

describe('a change that the watcher records between releases (P31)', () => {
  it('is kept if a user has made it before the next release, or during the release', () => {
    expect(invented(round({ before: 'undo', doneBefore: done }))).toEqual([]);
    expect(invented(round(), round({ during: { act: 'setImage', step: 'gate' }, doneDuring: done }))).toEqual([]);
  });

  it.each<[string, Partial<FinishedRound>]>([
    ['no user has acted', {}],
    ['a user has only scaled', { before: 'scale', doneBefore: done }],
    ['a user has found nothing to do', { before: 'undo', doneBefore: { ...done, isDone: false } }],
    ['a user has acted later', { before: 'undo', doneBefore: { ...done, from: START + 9_000 } }],
  ])('is broken if %s', (_, later) => expect(invented(round(later))).toHaveLength(1));
});
