import type { GatewayResponse } from './playground-gateway';
import type { Story } from './story';

/** Counts which versions answer: sends `count` requests, one after the other. A failure counts by its status. */
export async function versionsOf(
  send: (index: number) => Promise<Pick<GatewayResponse, 'status' | 'version'>>, count: number,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < count; index += 1) {
    const { status, version = 'none' } = await send(index);
    const key = status === 200 ? version : `status ${status}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** How many of the next 1,000 or more requests of the playground's users reach the canary. */
export async function usersOnCanary(shop: Story): Promise<{ readonly hits: number; readonly requests: number }> {
  await shop.traffic();
  let [hits, requests] = [0, 0];
  while (requests < 1_000) {
    for (const one of await shop.traffic()) {
      if (one.service !== `${shop.project}/web`) continue;
      if (one.track === 'canary') hits += one.requests;
      requests += one.requests;
    }
  }
  return { hits, requests };
}
