import { autoscaler, MOST_PODS, scaleAsAutoscaler } from '../../support/autoscaler';
import { eventually } from '../../support/eventually';
import { PODS, type Situation } from './situation';
import { expectPromoted, inTheMiddle } from './versions';

/** The autoscaler scales out in the middle, and then keeps what it finds: it has no metrics. */
export const autoscaled: Situation = {
  held: true,
  prepare: async ({ shop }) => void (await shop.create(autoscaler(PODS))),
  play: async (parts) => {
    const { shop, strategy, router } = parts;
    const id = await inTheMiddle(parts);
    await scaleAsAutoscaler(shop, 2 * PODS);
    if (!strategy.hasCanary) {
      await expectPromoted(parts, id, 2 * PODS);
      return id;
    }
    await eventually(async () => expect((await shop.events(id)).map(({ type }) => type)).toContain('StableScaled'));
    // The promoted version has all of the traffic.
    await expectPromoted(parts, id, Math.min(MOST_PODS, (2 * PODS) / router.stableShare));
    return id;
  },
};
