import type { KubeObject, StoredEvent } from '@alloy/contracts';
import { eventually } from './eventually';
import type { Story } from './story';

const QUOTA = 'small';
type Quota = KubeObject & { readonly status?: { readonly hard?: Readonly<Record<string, string>> } };

/** Limits the pods of the project's namespace by a ResourceQuota, and waits until it is in effect. */
export async function limitPods(shop: Story, pods: number): Promise<void> {
  const spec = { hard: { pods: String(pods) } };
  const ref = shop.ref('ResourceQuota', QUOTA);
  if (await shop.cluster.get(ref)) await shop.cluster.patch(ref, 'merge', { spec }, 'a-person');
  else await shop.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: QUOTA }, spec });
  await eventually(async () => expect((await shop.get<Quota>('ResourceQuota', QUOTA)).status?.hard).toEqual(spec.hard), {
    timeoutMs: 60_000,
  });
}

export const blockedEvents = async (shop: Story, id: string): Promise<readonly StoredEvent[]> =>
  (await shop.events(id)).filter(({ type }) => type === 'WorkloadBlocked' || type === 'WorkloadUnblocked');

const EXCEEDED = /^exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2$/;

/** v1 runs with two pods, the maximum of the quota, so v2 waits for its canary's pod. */
async function waitingForQuota(shop: Story, tag: string): Promise<string> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  await limitPods(shop, 2);
  const id = await shop.deploy(tag);
  await eventually(
    async () =>
      expect((await blockedEvents(shop, id)).at(0)).toMatchObject({
        type: 'WorkloadBlocked',
        data: { track: 'canary', cause: 'QuotaExceeded', detail: expect.stringMatching(EXCEEDED) },
      }),
    { timeoutMs: 60_000 },
  );
  return id;
}

/** A release that exceeds a quota waits, shows why, and continues once the quota has room. */
export async function quotaGetsRoom(shop: Story): Promise<void> {
  const id = await waitingForQuota(shop, 'v2');
  expect(await shop.look(id)).toMatchObject({
    status: 'releasing',
    blocked: { cause: 'QuotaExceeded', text: expect.stringContaining("pods can't be created: exceeded quota: small") },
  });
  await limitPods(shop, 20);
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', blocked: null });
  expect((await blockedEvents(shop, id)).filter(({ type }) => type === 'WorkloadBlocked')).toHaveLength(1);
  await shop.onlyRuns('v2');
}

/** A release that exceeds a quota until its deadline is rolled back with that reason. */
export async function quotaStays(shop: Story): Promise<void> {
  const id = await waitingForQuota(shop, 'v2');
  const text = expect.stringMatching(
    /^0 of \d canary pods ready, no progress of scaleCanary for \d+ s; pods can't be created: exceeded quota: small, .* \(since .*\)/,
  );
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'quota_exceeded', text } });
  await shop.onlyRuns('v1');
}

/** A release whose pods were created late, and do not become ready, is not rolled back for the quota. */
export async function quotaIsNoReasonAnyMore(shop: Story): Promise<void> {
  const id = await waitingForQuota(shop, 'v2-slow');
  await limitPods(shop, 20);
  expect(await shop.ended(id)).toMatchObject({
    status: 'rolledBack',
    reason: { code: 'progress_deadline', text: expect.not.stringContaining('quota') },
  });
  expect((await blockedEvents(shop, id)).map(({ type }) => type)).toEqual(['WorkloadBlocked', 'WorkloadUnblocked']);
  await shop.onlyRuns('v1');
}

