import type { KubeObject } from '@alloy/contracts';
import { autoscalerOf, scaledBy } from './autoscaler';

describe('autoscalerOf', () => {
  const hpa = (spec: object | undefined) =>
    ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'a' }, ...(spec && { spec }) }) as KubeObject;
  const of = (kind: string, name: string) => ({ scaleTargetRef: { kind, name } });
  const found = (more: object) => ({ kind: 'HorizontalPodAutoscaler', name: 'a', countsPods: true, ...more });
  it.each([
    [
      'returns maxReplicas of the autoscaler that targets the Deployment',
      [hpa({ ...of('Deployment', 'web'), maxReplicas: 4 })],
      found({ max: 4 }),
    ],
    ['returns infinity if the autoscaler has no maxReplicas', [hpa(of('Deployment', 'web'))], found({ max: Infinity })],
    [
      'finds the autoscaler of the Deployment among others',
      [
        hpa(undefined),
        hpa({}),
        hpa({ ...of('Deployment', 'api'), maxReplicas: 9 }),
        hpa({ ...of('StatefulSet', 'web'), maxReplicas: 8 }),
        hpa({ ...of('Deployment', 'web'), maxReplicas: 4 }),
      ],
      found({ max: 4 }),
    ],
    ['ignores the autoscaler of a StatefulSet of the same name', [hpa({ ...of('StatefulSet', 'web'), maxReplicas: 8 })], null],
    ['returns null if there are no autoscalers', [], null],
  ])('%s', (_, all, expected) => expect(autoscalerOf('web', all)).toEqual(expected));

  it('names the ScaledObject of which KEDA has made the autoscaler', () => {
    const made = hpa({ ...of('Deployment', 'web'), maxReplicas: 4 });
    const labelled = { ...made, metadata: { name: 'keda-hpa-jobs', labels: { 'scaledobject.keda.sh/name': 'jobs' } } };
    expect(autoscalerOf('web', [labelled])).toMatchObject({ kind: 'ScaledObject', name: 'jobs', max: 4 });
  });

  it.each<[string, object, boolean]>([
    ['CPU', { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }, true],
    ['requests per pod', { type: 'Pods', pods: { target: { type: 'AverageValue', averageValue: '5' } } }, true],
    ['a queue divided by its pods', { type: 'External', external: { target: { type: 'AverageValue', averageValue: '5' } } }, false],
    ['an object divided by its pods', { type: 'Object', object: { target: { type: 'AverageValue', averageValue: '5' } } }, false],
    ['a value that does not depend on pods', { type: 'External', external: { target: { type: 'Value', value: '5' } } }, true],
  ])('depends on the number of pods or not by the metric %s', (_, metric, expected) => {
    const counts = (metrics: readonly object[]) => autoscalerOf('web', [hpa({ ...of('Deployment', 'web'), metrics })])?.countsPods;
    expect(counts([metric])).toBe(expected);
    expect(counts([metric, { type: 'ContainerResource' }])).toBe(true);
  });
});

describe('scaledBy', () => {
  const scaledObject = (spec: object): KubeObject =>
    ({ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', metadata: { name: 'jobs' }, spec }) as KubeObject;
  it.each<[string, object, object | null]>([
    ['a Deployment by default, to at most 100 pods', { scaleTargetRef: { name: 'web' } }, { kind: 'ScaledObject', name: 'jobs', max: 100 }],
    ['at most maxReplicaCount',
      { scaleTargetRef: { name: 'web' }, maxReplicaCount: 7 }, { kind: 'ScaledObject', name: 'jobs', max: 7 }],
    ['no StatefulSet of that name', { scaleTargetRef: { kind: 'StatefulSet', name: 'web' } }, null],
    ['no other Deployment', { scaleTargetRef: { name: 'api' } }, null],
  ])('finds %s', (_, spec, expected) => expect(scaledBy('web', [scaledObject(spec)])).toEqual(expected));
});
