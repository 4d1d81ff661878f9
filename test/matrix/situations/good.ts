import { PODS, type Situation } from './situation';
import { deployTag } from './versions';

export const good: Situation = {
  play: async (parts) => {
    const id = await deployTag(parts, 'v2');
    expect(await parts.shop.ended(id)).toMatchObject({ status: 'promoted' });
    await parts.shop.onlyRuns('v2', PODS);
    return id;
  },
};
