import { quotaGetsRoom, quotaIsNoReasonAnyMore, quotaStays } from '../support/blocked';
import { shortPolicy, withStories } from '../support/stories';

const hasty = { ...shortPolicy, progressDeadline: 15 };
const { story } = withStories({ room: shortPolicy, full: hasty, slow: hasty });

describe('a release whose pods exceed a quota', () => {
  it('waits and continues once the quota allows its pods; at its deadline it fails with the name of the quota, unless the pods were created meanwhile', async () => {
    await Promise.all([quotaGetsRoom(story('room')), quotaStays(story('full')), quotaIsNoReasonAnyMore(story('slow'))]);
  });
});
