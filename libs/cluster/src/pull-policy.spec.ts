import { withPullPolicies } from './pull-policy';

function policyOf(image: string | undefined, imagePullPolicy?: string): string | undefined {
  const container = { name: 'web', ...(image !== undefined && { image }), ...(imagePullPolicy && { imagePullPolicy }) };
  return withPullPolicies({ spec: { containers: [container] } }).spec.containers[0]!.imagePullPolicy;
}

describe('withPullPolicies', () => {
  it.each([
    ['shop', 'Always'],
    ['shop:latest', 'Always'],
    ['shop:v1', 'IfNotPresent'],
    ['registry.example:5000/shop', 'Always'],
    ['registry.example:5000/shop:v1', 'IfNotPresent'],
    ['shop@sha256:abc', 'IfNotPresent'],
    ['shop:latest@sha256:abc', 'Always'],
    ['shop:v1@sha256:abc', 'IfNotPresent'],
    [undefined, 'Always'],
  ])('sets the default of the API server for the image %s: %s', (image, policy) => expect(policyOf(image)).toBe(policy));

  it('keeps the pull policy of the manifest', () => expect(policyOf('shop', 'Never')).toBe('Never'));

  it('sets it in init containers, too', () => {
    const template = { spec: { containers: [], initContainers: [{ name: 'init', image: 'shop:v1' }] } };
    expect(withPullPolicies(template)).toEqual({
      spec: { containers: [], initContainers: [{ name: 'init', image: 'shop:v1', imagePullPolicy: 'IfNotPresent' }] },
    });
  });
});
