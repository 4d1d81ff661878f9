import { eventually } from '../../support/eventually';
import type { Story } from '../../support/story';
import type { Situation } from './situation';
import { expectPromoted, inTheMiddle } from './versions';

export const podKilled: Situation = {
  held: true,
  play: async (parts) => {
    const id = await inTheMiddle(parts);
    const killed = await killOnePerTrack(parts.shop);
    await eventually(async () => {
      const pods = await parts.shop.pods();
      expect(pods.filter(({ uid }) => killed.includes(uid))).toEqual([]);
      expect(pods.filter(({ ready }) => !ready)).toEqual([]);
    }, { timeoutMs: 60_000 });
    await expectPromoted(parts, id);
    return id;
  },
};

/** Returns the uids of the deleted pods. */
async function killOnePerTrack(shop: Story): Promise<readonly string[]> {
  const ready = (await shop.pods()).filter((pod) => pod.ready);
  const chosen = [...new Map(ready.map((pod) => [pod.track, pod])).values()];
  await Promise.all(chosen.map(({ name }) => shop.cluster.delete(shop.ref('Pod', name), {})));
  return chosen.map(({ uid }) => uid);
}
