import { PODS, type Situation } from './situation';
import { deployTag } from './versions';

export const failing: Situation = {
  play: async (parts) => {
    const { shop, strategy: { bad } } = parts;
    const id = await deployTag(parts, bad.tag);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: bad.code } });
    await shop.onlyRuns('v1', PODS);
    return id;
  },
};
