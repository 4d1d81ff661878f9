import { PODS, type Situation } from './situation';
import { deployTag } from './versions';

/** A failure that scales the canary down; then a user has seen enough, and aborts. Without a canary it rolls back. */
export const scaledDown: Situation = {
  policy: { onFail: 'scaleDownCanary' },
  play: async (parts) => {
    const { shop, strategy: { bad, hasCanary } } = parts;
    const id = await deployTag(parts, bad.tag);
    if (hasCanary) {
      const held = await shop.until(id, ({ status }) => status === 'held');
      expect(held).toMatchObject({ reason: { code: bad.code }, weights: { asked: 0, reached: 0 }, waiting: { code: 'held' } });
      expect((await shop.pods()).map(({ tag, ready }) => [tag, ready])).toEqual(Array(PODS).fill(['v1', true]));
      expect(await shop.cluster.get(shop.ref('Deployment', 'web-canary'))).toMatchObject({ spec: { replicas: 0 } });
      await shop.abort(id);
    }
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: hasCanary ? 'aborted' : bad.code } });
    await shop.onlyRuns('v1', PODS);
    return id;
  },
};
