import { RELEASE_LABEL, type Bundle } from '@alloy/contracts';
import type { Deployment } from '../json';
import { deploymentOf, revisionOf } from '../revision';
import { bundleOf, deployment, nameHash } from '../testing/fixtures';
import { compareWithStable, type CompareInput, type SealedVersion } from './compare-with-stable';

const owner = { project: 'shop', environment: 'production', releaseId: 'R3', fence: { installation: 'alloy', slot: 3, version: 1 } };
const common = { owner, namespace: 'shop', nameHash };
const version = (release: string | null, imageTag: string, bundle = bundleOf(imageTag)): SealedVersion => ({ release, imageTag, bundle });
const [v1, v2] = [version('R1', 'v1'), version('R2', 'v2')];

/** The Deployment as Alloy wrote it for the version, with `image` and `label` in place of its own. */
function running(of: SealedVersion, { image, label }: { readonly image?: string; readonly label?: string | null } = {}): Deployment {
  const { asked } = revisionOf({ ...of, ...common });
  const { template } = asked.spec;
  const { [RELEASE_LABEL]: own, ...labels } = template.metadata?.labels ?? {};
  const release = label === undefined ? own : (label ?? undefined);
  const containers = template.spec.containers.map((container) => ({ ...container, ...(image !== undefined && { image }) }));
  const metadata = { ...template.metadata, labels: { ...labels, ...(release !== undefined && { [RELEASE_LABEL]: release }) } };
  return { ...asked, spec: { ...asked.spec, template: { ...template, metadata, spec: { ...template.spec, containers } } } };
}

const compare = (web: Deployment, over: Partial<CompareInput> = {}) =>
  compareWithStable({ web, stable: v2, labelled: null, isUnfinished: false, ...common, ...over });
const IMAGE = 'spec.template.spec.containers[web].image';

describe('compareWithStable', () => {
  it('finds the recorded version', () =>
    expect(compare(running(v2))).toEqual({
      live: { release: 'R2', image: 'shop:v2', matches: true, stable: 'v2', differences: [] },
      running: null,
      copies: new Set(),
    }));

  it('finds an adopted version, whose pods have no label', () => {
    const adopted = version(null, 'v0');
    expect(compare(running(adopted), { stable: adopted })).toMatchObject({ live: { release: null, matches: true }, running: null });
    expect(compare(running(adopted, { image: 'shop:x' }), { stable: adopted })).toMatchObject({
      live: { matches: false, differences: [IMAGE] },
      running: 'unknown',
    });
  });

  it('finds the version of an earlier release', () =>
    expect(compare(running(v1), { labelled: v1 })).toMatchObject({
      live: { release: 'R1', image: 'shop:v1', matches: false, stable: 'v2', differences: expect.arrayContaining([IMAGE]) },
      running: 'labelled',
    }));

  it('names the copies that a rollback to what runs would create again: those of the release that the label names', () => {
    const copies = revisionOf({ ...v1, ...common }).copies.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(copies).toHaveLength(2);
    expect([...compare(running(v1), { labelled: v1 }).copies]).toEqual(copies);
    expect([...compare(running(v1, { image: 'shop:hotfix' }), { labelled: v1 }).copies]).toEqual(copies);
    expect([...compare(running(v1)).copies]).toEqual([]);
  });

  it('finds the version of an earlier release with the same content', () => {
    const again = version('R2', 'v1', v1.bundle);
    expect(compare(running(v1), { stable: again, labelled: v1 })).toMatchObject({
      live: { matches: false, differences: [] },
      running: 'labelled',
    });
  });

  it('does not take over what Alloy itself left behind', () =>
    expect(compare(running(v1), { labelled: v1, isUnfinished: true })).toMatchObject({
      live: { matches: false, unfinished: true },
      running: null,
    }));

  it.each([
    ['the stable version', running(v2, { image: 'shop:hotfix' }), {}, 'R2'],
    ['an earlier version', running(v1, { image: 'shop:hotfix' }), { labelled: v1 }, 'R1'],
    ['a version whose rollback is not finished', running(v1, { image: 'shop:hotfix' }), { labelled: v1, isUnfinished: true }, 'R1'],
  ])('seals a change of %s so that its revision is exactly what runs', (_, web, over, release) => {
    const { live, running: found } = compare(web, over);
    expect(live).toMatchObject({ release, image: 'shop:hotfix', matches: false });
    const changed = found as { readonly release: string; readonly bundle: Bundle };
    const revision = revisionOf({ ...changed, ...common });
    expect(revision.asked.spec.template).toEqual(web.spec.template);
    expect(revision.copies).toHaveLength(2);
    expect(deploymentOf(changed.bundle).spec.template.metadata?.labels).toEqual({ app: 'web' });
  });

  it.each([
    ['no label', running(v2, { label: null })],
    ['the label of a release that Alloy does not know', running(v2, { label: 'R9' })],
  ])('knows no release of a template with %s', (_, web) => expect(compare(web).running).toBe('unknown'));

  it('names at most 20 paths', () => {
    const env = Array.from({ length: 30 }, (_, i) => ({ name: `V${i}`, value: '1' }));
    const { spec } = deploymentOf(v2.bundle).spec.template;
    const template = { ...deploymentOf(v2.bundle).spec.template, spec: { ...spec, containers: [{ ...spec.containers[0]!, env }] } };
    const bundle = { ...v2.bundle, objects: [deployment('shop:v2', 3, { template }), ...v2.bundle.objects.slice(1)] };
    expect(compare(running(v2), { stable: { ...v2, bundle } }).live.differences).toHaveLength(20);
  });
});
