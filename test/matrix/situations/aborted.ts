import { PODS, type Situation } from './situation';
import { inTheMiddle } from './versions';

export const aborted: Situation = {
  held: true,
  play: async (parts) => {
    const { shop, strategy } = parts;
    const id = await inTheMiddle(parts, strategy.lasting);
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
    await shop.onlyRuns('v1', PODS);
    return id;
  },
};
