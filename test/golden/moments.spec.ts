import { goldens, outcomeOf, releasesOf } from './golden';

const tags = goldens().filter(({ name }) => name === 'killed-at-any-moment').flatMap(releasesOf).map((history) => outcomeOf(history).split(' ')[1]!);

/** First events of their appends: what was appended with them shares their moments. */
const types = ['ReleaseRequested', 'GateOpened', 'ReleasePlanned', 'StepCompleted', 'TargetInspected', 'ManifestsApplied', 'WorkloadScaled', 'TrafficShifted', 'WorkloadBecameReady', 'VerdictReached'];

describe.each(types)('of the releases that went on although somebody was killed at a %s, one is kept', (type) => {
  it.each(['before', 'after'])('whose writer was killed %s the commit', (when) => expect(tags.filter((tag) => tag.startsWith(`${when}-${type}-`) && tag.endsWith('-writer'))).not.toEqual([]));
  it('with all others killed', () => expect(tags.filter((tag) => tag.startsWith(`after-${type}-`) && tag.endsWith('-others'))).not.toEqual([]));
});
