import { checkPodSpec } from './pod-spec';

const spec = { containers: [{ name: 'db', image: 'redis:alpine', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] };

describe('the volumes of a pod template', () => {
  it('include those of the claims of a StatefulSet', () => {
    expect(checkPodSpec(spec, 'spec.template.spec', ['data'])).toEqual([]);
  });

  it('must include each mount', () => {
    expect(checkPodSpec(spec, 'spec.template.spec')).toEqual([
      { reason: 'FieldValueNotFound', message: 'Not found: "data"', field: 'spec.template.spec.containers[0].volumeMounts[0].name' },
    ]);
  });
});
