import { eventually } from '../../support/eventually';
import { heal } from '../../support/healing-tool';
import { PODS, type Situation } from './situation';
import { inTheMiddle } from './versions';

/** A tool that restores what ran before does not prevent the right end. */
export const healed: Situation = {
  progressDeadline: 15,
  play: async (parts) => {
    const { shop, router, strategy } = parts;
    const codes = router.healed(strategy);
    const id = await inTheMiddle(parts);
    const stop = heal(shop, router.restored(shop));
    try {
      const { status, reason } = await shop.ended(id);
      if (codes === null) expect(status).toBe('promoted');
      else if (status === 'rolledBack') expect(codes).toContain(reason?.code);
      // Its pods were all ready between two writes of the tool: then the log must say that they no longer run.
      else await eventually(async () => expect((await shop.events(id)).map(({ type }) => type)).toContain('StableDrifted'));
    } finally {
      await stop();
    }
    await shop.onlyRuns(codes === null ? 'v2' : 'v1', PODS);
    return id;
  },
};
