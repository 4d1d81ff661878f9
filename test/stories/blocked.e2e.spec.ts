import { quotaGetsRoom, quotaIsNoReasonAnyMore, quotaStays } from '../support/blocked';
import { shortPolicy, withStories } from '../support/stories';

const hasty = { ...shortPolicy, progressDeadline: 15 };
const { story } = withStories({ room: shortPolicy, full: hasty, slow: hasty });

describe('a release whose pods exceed a quota', () => {
  it('waits and goes on once the quota has room, and otherwise names the quota at its deadline, unless the pods were created meanwhile', async () => {
    await Promise.all([quotaGetsRoom(story('room')), quotaStays(story('full')), quotaIsNoReasonAnyMore(story('slow'))]);
  });
});
