import type { KubeObject } from '@alloy/contracts';
import { heldPolicy, withStories } from '../support/stories';
import type { SeenPod, Story } from '../support/story';
import { configMap, deployment, secret } from '../support/workload';

const { story } = withStories({ shop: heldPolicy });

type Kind = 'ConfigMap' | 'Secret';
type WithData = KubeObject & { readonly data?: Readonly<Record<string, string>> };

/** A version whose pods read a colour and a password, besides a list that they mount. */
const version = (colour: string, password: string) => ({
  deployment: deployment({
    container: {
      env: [
        { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'passwords', key: 'database' } } },
      ],
      volumeMounts: [{ name: 'list', mountPath: '/list' }],
    },
    pod: { volumes: [{ name: 'list', configMap: { name: 'settings' } }] },
  }),
  secret: secret('passwords', { database: password }),
  more: { settings: configMap('settings', { colour }) },
});

const decoded = (kind: Kind, value: string | undefined): string | undefined =>
  kind === 'Secret' && value !== undefined ? Buffer.from(value, 'base64').toString() : value;

/** The values of this pod's variables by the live objects that they refer to. */
async function reads(shop: Story, pod: SeenPod): Promise<Record<string, unknown>> {
  const entries = pod.env.map(async ({ name, valueFrom = {} }) => {
    const [field, { name: object, key }] = Object.entries(valueFrom)[0]!;
    const kind: Kind = field === 'secretKeyRef' ? 'Secret' : 'ConfigMap';
    return [name, decoded(kind, (await shop.get<WithData>(kind, object)).data?.[key])] as const;
  });
  const { volumes } = pod.object['spec'] as { readonly volumes: ReadonlyArray<{ readonly configMap?: { readonly name: string } }> };
  const mounted = volumes.flatMap((volume) => volume.configMap?.name ?? [])[0]!;
  return { ...Object.fromEntries(await Promise.all(entries)), mounted: (await shop.get<WithData>('ConfigMap', mounted)).data?.['colour'] };
}

const underOwnNames = async (shop: Story) => ({
  COLOUR: (await shop.get<WithData>('ConfigMap', 'settings')).data?.['colour'],
  PASSWORD: decoded('Secret', (await shop.get<WithData>('Secret', 'passwords')).data?.['database']),
});

const copies = async (shop: Story): Promise<readonly string[]> =>
  (
    await Promise.all(
      (['ConfigMap', 'Secret'] as const).map((kind) =>
        shop.cluster.list({ apiVersion: 'v1', kind, namespace: shop.project, labels: 'alloy.dev/copy=true' }),
      ),
    )
  )
    .flat()
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .sort();

const blue = { COLOUR: 'blue', PASSWORD: 'first' };
const green = { COLOUR: 'green', PASSWORD: 'second' };
const of = (look: Readonly<Record<string, string>>) => ({ ...look, mounted: look['COLOUR'] });

/** Expects that each pod reads the values of its version. */
async function expectReads(shop: Story, expected: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<void> {
  const pods = (await shop.pods()).filter(({ ready }) => ready);
  expect(new Set(pods.map(({ tag }) => tag))).toEqual(new Set(Object.keys(expected)));
  for (const pod of pods) expect({ tag: pod.tag, reads: await reads(shop, pod) }).toEqual({ tag: pod.tag, reads: of(expected[pod.tag]!) });
}

describe('a ConfigMap and a Secret that change with the version', () => {
  let stableCopies: readonly string[];
  beforeAll(async () => {
    const shop = story('shop');
    await shop.create(configMap('somebody-elses', { stays: 'yes' }));
    expect(await shop.release('v1', version('blue', 'first'))).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v1');
    stableCopies = await copies(shop);
  });

  it('are read by the pods of the first version through immutable copies', async () => {
    const shop = story('shop');
    await expectReads(shop, { v1: blue });
    expect(await underOwnNames(shop)).toEqual(blue);
    expect(stableCopies).toEqual([
      expect.stringMatching(/^ConfigMap\/settings-[0-9a-f]{10}$/),
      expect.stringMatching(/^Secret\/passwords-[0-9a-f]{10}$/),
    ]);
    for (const copy of stableCopies) expect(await shop.get(...(copy.split('/') as [string, string]))).toMatchObject({ immutable: true });
  });

  it('are new for the canary while stable keeps the old ones, and a rollback removes the new copies', async () => {
    const shop = story('shop');
    const id = await shop.deploy('v2', version('green', 'second'));
    await shop.reaches(id, 'analyse');
    await expectReads(shop, { v1: blue, v2: green });
    expect(await underOwnNames(shop)).toEqual(blue);
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
    await shop.onlyRuns('v1');
    await expectReads(shop, { v1: blue });
    expect(await underOwnNames(shop)).toEqual(blue);
    expect(await copies(shop)).toEqual(stableCopies);
  });

  it('have the new content under their own names after promotion, and the copies of both versions remain', async () => {
    const shop = story('shop');
    expect(await shop.waved(await shop.deploy('v3', version('green', 'second')))).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v3');
    await expectReads(shop, { v3: green });
    expect(await underOwnNames(shop)).toEqual(green);
    const both = await copies(shop);
    expect(both).toHaveLength(4);
    expect(both).toEqual(expect.arrayContaining([...stableCopies]));
  });

  it('lose the copies of old versions, and a ConfigMap that no version needs any more, but no Secret', async () => {
    const shop = story('shop');
    expect(await shop.waved(await shop.deploy('v4', version('red', 'third')))).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v4');
    await expectReads(shop, { v4: { COLOUR: 'red', PASSWORD: 'third' } });
    const left = await copies(shop);
    expect(left).toHaveLength(4);
    expect(left.filter((copy) => stableCopies.includes(copy))).toEqual([]);
    expect(await shop.waved(await shop.deploy('v5'))).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v5');
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace: shop.project, name: 'settings' };
    expect(await shop.cluster.get(settings)).toBeUndefined();
    expect(decoded('Secret', (await shop.get<WithData>('Secret', 'passwords')).data?.['database'])).toBe('third');
    expect(await shop.get('ConfigMap', 'somebody-elses')).toMatchObject({ data: { stays: 'yes' } });
    expect(await copies(shop)).toHaveLength(2);
  });
});
