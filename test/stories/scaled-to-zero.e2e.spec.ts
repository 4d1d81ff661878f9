import { eventually } from '../support/eventually';
import { shortPolicy, withStories } from '../support/stories';
import { deployment, WEB } from '../support/workload';

const { story } = withStories({ idle: shortPolicy });
type Found = ReturnType<typeof deployment> & {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: ReadonlyArray<{ readonly image: string }> } };
  };
};

describe('a workload that a user has scaled to zero', () => {
  it('gets the template of the next release, keeps its 0 pods, and the reason states that nothing was judged', async () => {
    const shop = story('idle');
    const version = { deployment: deployment({ replicas: null }) };
    expect(await shop.release('v1', version)).toMatchObject({ status: 'promoted' });
    await eventually(async () => {
      const { metadata } = await shop.get('Deployment');
      await shop.cluster.scale(shop.ref('Deployment', WEB), 0, metadata.resourceVersion!, 'kubectl');
    });
    await eventually(async () => expect(await shop.pods()).toEqual([]));
    expect(await shop.release('v2', version)).toMatchObject({
      status: 'promoted', strategy: 'rollout',
      reason: { text: expect.stringContaining('it was not judged, because the workload has 0 pods') },
    });
    const { spec } = await shop.get<Found>('Deployment');
    expect([spec.replicas, spec.template.spec.containers[0]!.image]).toEqual([0, expect.stringMatching(/:v2$/)]);
  });
});
