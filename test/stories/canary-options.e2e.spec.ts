import type { KubeObject } from '@alloy/contracts';
import { Observer } from '../observer/observer';
import { exampleOf } from '../support/example';
import { heldPolicy, withStories } from '../support/stories';
import { deployment, service } from '../support/workload';

/** The options of the guide. */
const { canary } = exampleOf<'canary'>('canary-options');
const { story, installation } = withStories({
  options: { ...heldPolicy, canary },
  selected: { ...heldPolicy, canary: { canaryMetadata: { labels: { app: 'canary' } } } },
});
const container = { env: [{ name: 'TRACK', value: 'stable' }] };
const version = { deployment: deployment({ replicas: 4, container }), service: service(200) };

it("the canary's pods have their own labels, annotations and variables, which the promoted version does not have", async () => {
  const shop = story('options');
  await shop.release('v1', version);
  const stable = (await shop.pods()).map(({ uid }) => uid).sort();
  const { cluster: api, releases: { pool } } = installation();
  const observer = await Observer.start({ api, namespace: shop.project, project: shop.project, pool });
  try {
    const id = await shop.deploy('v2', version);
    await shop.reaches(id, 'analyse');
    const pods = await shop.pods();
    const [one, ...others] = pods.filter(({ track }) => track === 'canary');
    expect(others).toHaveLength(2);
    expect(one!.env).toEqual([{ name: 'TRACK', value: 'canary' }]);
    const { metadata, spec } = one!.object as KubeObject & { readonly spec: { readonly affinity: object } };
    expect(metadata.labels).toMatchObject({ 'acme.example/role': 'canary', app: 'web' });
    expect(metadata.annotations).toMatchObject({ 'acme.example/sampling': '100' });
    expect(spec.affinity).toMatchObject({
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname' } }],
      },
    });
    // No pod of stable has restarted for it.
    expect(pods.filter(({ track }) => track === 'stable').map(({ uid }) => stable.includes(uid))).toEqual([true, true]);
    await shop.want(id, 'promote');
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v2', 4);
    for (const { env, object } of await shop.pods()) {
      expect(env).toEqual([{ name: 'TRACK', value: 'stable' }]);
      expect(JSON.stringify(object)).not.toMatch(/acme\.example|podAntiAffinity/);
    }
    expect((await observer.findings()).violations).toEqual([]);
  } finally {
    await observer.stop();
  }
});

it('a label by which the Deployment selects is refused before anything changes', async () => {
  const shop = story('selected');
  await shop.release('v1', version);
  expect(await shop.release('v2', version)).toMatchObject({ status: 'rejected', reason: { code: 'canary_label_selected' } });
  await shop.onlyRuns('v1', 4);
});
