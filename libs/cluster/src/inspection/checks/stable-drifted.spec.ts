import type { Comparison } from '../../drift/compare-with-stable';
import { bundleOf } from '../../testing/fixtures';
import type { InspectInput } from '../inspect';
import { stableDrifted } from './stable-drifted';

const comparison: Comparison = {
  live: { release: 'R1', image: 'shop:hotfix', matches: false, stable: 'v1', differences: ['spec.template.spec.containers[web].image'] },
  running: 'labelled',
  copies: new Set(),
};
const check = (over: Partial<InspectInput>) => stableDrifted({ bundle: bundleOf('v2'), comparison, ...over } as InspectInput);

describe('stableDrifted', () => {
  it('refuses a changed workload with what runs, what was recorded, the changed fields, and what to do', () =>
    expect(check({ onDrift: 'refuse' })).toEqual({
      code: 'stable_drifted',
      text:
        'Deployment web runs shop:hotfix and not the stable version v1: another client changed it ' +
        '(changed: spec.template.spec.containers[web].image). Restore a version with `alloy rollback --to <release>`, ' +
        'or set `onDrift` to `adopt` or `overwrite` in the policy',
    }));

  it.each<[string, Partial<InspectInput>]>([
    ['the policy adopts it', { onDrift: 'adopt' }],
    ['the policy overwrites it', { onDrift: 'overwrite' }],
    ['the policy has no rule', {}],
    ['the recorded version runs', { onDrift: 'refuse', comparison: { ...comparison, running: null } }],
    ['there is nothing to compare', { onDrift: 'refuse', comparison: undefined }],
  ])('refuses nothing if %s', (_, over) => expect(check(over)).toBeNull());
});
