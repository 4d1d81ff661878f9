import type { KubeObject } from '@alloy/contracts';
import { autoscalerOf } from './autoscaler';

describe('the autoscaler of a Deployment', () => {
  const hpa = (spec: object | undefined) => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'a' }, ...(spec && { spec }) }) as KubeObject;
  const of = (kind: string, name: string) => ({ scaleTargetRef: { kind, name } });
  it.each([
    ['has its bound', [hpa({ ...of('Deployment', 'web'), maxReplicas: 4 })], { max: 4 }],
    ['may have none', [hpa(of('Deployment', 'web'))], { max: Infinity }],
    ['is found among others', [hpa(undefined), hpa({}), hpa({ ...of('Deployment', 'api'), maxReplicas: 9 }), hpa({ ...of('StatefulSet', 'web'), maxReplicas: 8 }), hpa({ ...of('Deployment', 'web'), maxReplicas: 4 })], { max: 4 }],
    ['is none of a StatefulSet', [hpa({ ...of('StatefulSet', 'web'), maxReplicas: 8 })], null],
    ['is none where there is none', [], null],
  ])('%s', (_, all, expected) => expect(autoscalerOf('web', all)).toEqual(expected));
});
