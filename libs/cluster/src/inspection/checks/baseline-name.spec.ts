import { TRACK_LABEL, PROJECT_LABEL } from '@alloy/contracts';
import { bundleOf, deployment } from '../../testing/fixtures';
import { inspection, running } from '../../testing/inspection';

type Labels = Readonly<Record<string, string>>;
const named = (labels: Labels) => running({ ...deployment('shop:v1', 1), metadata: { name: 'web-baseline', namespace: 'shop', labels } });
const refusal = (labels: Labels, wantsBaseline = true) =>
  inspection({ baseline: named(labels) }, { wantsBaseline }).inspected.refusal;
const own = { [PROJECT_LABEL]: 'shop', [TRACK_LABEL]: 'baseline' };

describe('the name of a baseline', () => {
  it.each<[string, Labels]>([
    ['a user', { app: 'web' }], ['another project', { ...own, [PROJECT_LABEL]: 'till' }],
    ['this project as a workload', { ...own, [TRACK_LABEL]: 'stable' }],
  ])('that a Deployment of %s has refuses an experiment, and nothing else', (_whose, labels) => {
    expect(refusal(labels)).toEqual({ code: 'foreign_owner', text: expect.stringMatching(/Deployment web-baseline, which exists.*use analysis/) });
    expect(refusal(labels, false)).toBeNull();
  });

  it('may be that of a baseline that an earlier release has left', () => expect(refusal(own)).toBeNull());

  it('must not be too long', () => {
    const long = (length: number) => {
      const bundle = bundleOf('v2');
      const workload = 'w'.repeat(length);
      const objects = bundle.objects.map((object) =>
        object.kind === 'Deployment' ? { ...object, metadata: { ...object.metadata, name: workload } } : object);
      return inspection({}, { wantsBaseline: true, bundle: { workload, objects } }).inspected.refusal;
    };
    expect(long(244)).toBeNull();
    expect(long(245)).toMatchObject({ code: 'invalid_object', text: expect.stringContaining('254 characters') });
  });
});
