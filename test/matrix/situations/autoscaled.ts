import { autoscaler, scaleAsAutoscaler } from '../../support/autoscaler';
import { PODS, type Situation } from './situation';
import { expectPromoted, inTheMiddle } from './versions';

export const autoscaled: Situation = {
  held: true,
  prepare: async ({ shop }) => void (await shop.create(autoscaler(PODS))),
  play: async (parts) => {
    const id = await inTheMiddle(parts);
    await scaleAsAutoscaler(parts.shop, 2 * PODS);
    await expectPromoted(parts, id, 2 * PODS);
    return id;
  },
};
