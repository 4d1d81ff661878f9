import { quotaGetsRoom, quotaIsNoReasonAnyMore, quotaStays } from '../support/blocked';
import { nodeGetsRoom, nodeStaysFull } from '../support/full-node';
import { secretIsLate } from '../support/missing-config';
import { shortPolicy, withStories } from '../support/stories';

const hasty = { ...shortPolicy, progressDeadline: 15 };
// The stories see the cause long before this deadline.
const patient = { ...shortPolicy, progressDeadline: 600 };
const { story } = withStories({
  late: shortPolicy, room: shortPolicy, full: hasty, slow: hasty, crowded: patient, small: hasty,
});

describe('a release whose pods exceed a quota', () => {
  it('waits and continues once the quota allows its pods; at its deadline it fails with the name of the quota, unless the pods were created meanwhile', async () => {
    await Promise.all([quotaGetsRoom(story('room')), quotaStays(story('full')), quotaIsNoReasonAnyMore(story('slow'))]);
  });
});

describe('a release whose pods need a Secret that does not exist yet', () => {
  it('names it, waits for it, and continues once an operator has created it', () => secretIsLate(story('late')));
});

describe('a release whose pods fit on no node', () => {
  it('waits and says why within seconds, continues once a node has room, and at its deadline is rolled back with that reason', async () => {
    await Promise.all([nodeGetsRoom(story('crowded')), nodeStaysFull(story('small'))]);
  });
});
