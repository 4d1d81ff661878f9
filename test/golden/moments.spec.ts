import { goldens, outcomeOf, releasesOf } from './golden';

const tags = goldens()
  .filter(({ name }) => name === 'killed-at-any-moment')
  .flatMap(releasesOf)
  .map((history) => outcomeOf(history).split(' ')[1]!);

/** The first event type of each append; the events that are appended with it have the same crash points. */
const types = [
  'ReleaseRequested', 'GateOpened', 'ReleasePlanned', 'StepCompleted', 'TargetInspected', 'ManifestsApplied',
  'WorkloadScaled', 'TrafficShifted', 'WorkloadBecameReady', 'VerdictReached',
];

describe.each(types)('the golden histories include a release that was finished after a process was killed at a %s', (type) => {
  it.each(['before', 'after'])('where the writer of the event was killed %s the commit', (when) =>
    expect(tags.filter((tag) => tag.startsWith(`${when}-${type}-`) && tag.endsWith('-writer'))).not.toEqual([]),
  );
  it('where all other processes were killed', () =>
    expect(tags.filter((tag) => tag.startsWith(`after-${type}-`) && tag.endsWith('-others'))).not.toEqual([]));
});
