import type { KubeObject } from '@alloy/contracts';
import { autoscalerOf } from './autoscaler';

describe('autoscalerOf', () => {
  const hpa = (spec: object | undefined) =>
    ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'a' }, ...(spec && { spec }) }) as KubeObject;
  const of = (kind: string, name: string) => ({ scaleTargetRef: { kind, name } });
  it.each([
    [
      'returns maxReplicas of the autoscaler that targets the Deployment',
      [hpa({ ...of('Deployment', 'web'), maxReplicas: 4 })],
      { max: 4 },
    ],
    ['returns infinity if the autoscaler has no maxReplicas', [hpa(of('Deployment', 'web'))], { max: Infinity }],
    [
      'finds the autoscaler of the Deployment among others',
      [
        hpa(undefined),
        hpa({}),
        hpa({ ...of('Deployment', 'api'), maxReplicas: 9 }),
        hpa({ ...of('StatefulSet', 'web'), maxReplicas: 8 }),
        hpa({ ...of('Deployment', 'web'), maxReplicas: 4 }),
      ],
      { max: 4 },
    ],
    ['ignores the autoscaler of a StatefulSet of the same name', [hpa({ ...of('StatefulSet', 'web'), maxReplicas: 8 })], null],
    ['returns null if there are no autoscalers', [], null],
  ])('%s', (_, all, expected) => expect(autoscalerOf('web', all)).toEqual(expected));
});
