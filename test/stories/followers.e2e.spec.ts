import { shortPolicy, withStories } from '../support/stories';
import { followerIsSlow, followerSecretIsLate } from '../support/waiting-follower';

const { story } = withStories({ late: shortPolicy, slow: { ...shortPolicy, progressDeadline: 20 } });

describe('a release that waits for a workload that follows', () => {
  it('names it and its missing Secret within seconds, and continues once the Secret exists', () => followerSecretIsLate(story('late')));

  it('names it in the reason of the deadline, with its pods and what they wait for', () => followerIsSlow(story('slow')));
});
