import type { KubeObject } from '@alloy/contracts';
import type { Payloads } from '@alloy/release';
import { eventually } from './eventually';
import type { Story, Version } from './story';

/** The workload with a StatefulSet `db` of two pods, whose containers have the additional fields. */
const withDatabase = (tag: string, container: object = {}): Version => ({
  more: {
    db: {
      apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' },
      spec: {
        serviceName: 'db', replicas: 2, selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: {
            containers: [{
              name: 'db', image: `registry.example.com/shop/db:${tag}`, ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 'http' } }, ...container,
            }],
          },
        },
      },
    } as KubeObject,
  },
});

const observed = async (shop: Story, id: string): Promise<ReadonlyArray<Payloads['FollowerObserved']>> =>
  (await shop.events(id)).filter(({ type }) => type === 'FollowerObserved').map(({ data }) => data as Payloads['FollowerObserved']);

/** A StatefulSet waits for a Secret: the release names both within seconds, and continues once the Secret exists. */
export async function followerSecretIsLate(shop: Story): Promise<void> {
  expect(await shop.release('v1', withDatabase('v1'))).toMatchObject({ status: 'promoted' });
  const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'late', key: 'password' } } }];
  const id = await shop.deploy('v2', withDatabase('v2', { env }));
  await shop.until(id, ({ blocked }) => blocked?.cause === 'ConfigMissing');
  expect(await shop.look(id)).toMatchObject({
    blocked: { text: expect.stringMatching(/^StatefulSet db: 0 of 2 pods ready, pods can't start: pod db-1: Secret late does not exist; create/) },
  });
  await shop.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'late' }, stringData: { password: 's3cret' } });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', blocked: null });
  expect((await observed(shop, id)).find(({ waits }) => waits?.cause === 'ConfigMissing')).toMatchObject({
    object: { kind: 'StatefulSet', name: 'db' }, desired: 2, ready: 0,
  });
}

/** A StatefulSet never becomes ready: the release ends by its deadline, and its reason names the StatefulSet. */
export async function followerIsSlow(shop: Story): Promise<void> {
  expect(await shop.release('v1', withDatabase('v1'))).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy('v2', withDatabase('v2-slow'));
  await eventually(async () => expect((await observed(shop, id)).at(-1)).toMatchObject({ waits: { cause: 'NotReady' } }), {
    timeoutMs: 120_000,
  });
  const ended = await shop.ended(id);
  expect(ended).toMatchObject({ status: 'rolledBack', reason: { code: 'progress_deadline' } });
  expect(ended.reason!.text).toMatch(/no progress of retire for \d+ s; StatefulSet db: 0 of 2 pods ready, pod db-1 is not ready: /);
  expect(ended.reason!.text).toMatch(/container db runs, and its readiness probe does not succeed \(since /);
  expect(ended.reason!.text).toMatch(/ describe statefulset db, and its pods; it waited for StatefulSet db$/);
  // Two pods of the workload, and two of the StatefulSet.
  await shop.onlyRuns('v1', 4);
}
