import { eventually } from './eventually';
import { blockedEvents } from './blocked';
import type { Story } from './story';
import { deployment } from './workload';

/** A Secret that an operator creates late: the release names it from the inspection on, waits, and continues. */
export async function secretIsLate(shop: Story): Promise<void> {
  const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'late', key: 'password' } } }];
  const id = await shop.deploy('v1', { deployment: deployment({ container: { env } }) });
  await eventually(
    async () =>
      expect((await blockedEvents(shop, id)).at(0)).toMatchObject({
        type: 'WorkloadBlocked', data: { cause: 'ConfigMissing', detail: 'Secret late does not exist' },
      }),
    { timeoutMs: 60_000 },
  );
  expect((await shop.events(id)).find(({ type }) => type === 'TargetInspected')).toMatchObject({
    data: { missing: [{ kind: 'Secret', name: 'late' }], refusal: null },
  });
  expect(await shop.look(id)).toMatchObject({
    blocked: { cause: 'ConfigMissing', text: expect.stringContaining("pods can't start: Secret late does not exist") },
  });
  await shop.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late' }, stringData: { password: 's3cret' } });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', blocked: null });
}
