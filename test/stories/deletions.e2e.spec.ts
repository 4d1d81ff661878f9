import { canaryDeleted, ownDeletions, stableDeleted } from '../support/deletions';
import { heldPolicy, withStories } from '../support/stories';

const { story } = withStories({ canary: heldPolicy, stable: heldPolicy, own: heldPolicy });

describe('a Deployment that another client deletes during an analysis', () => {
  it('ends the release at once with that reason, whether it is the canary or the stable one, which Alloy restores; its own deletions do not', async () => {
    await Promise.all([canaryDeleted(story('canary')), stableDeleted(story('stable')), ownDeletions(story('own'))]);
  });
});
