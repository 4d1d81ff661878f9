import type { KubeObject } from '@alloy/contracts';
import { describeWrite } from '../perform';
import { writesOf, type Write } from '../write';
import { BATCH, inWaves } from './in-waves';

const creation = (kind: string, name: string, apiVersion = 'v1'): Write =>
  ({ verb: 'create', object: { apiVersion, kind, metadata: { name, namespace: 'shop' } } as KubeObject });

/** The batches in which the writes are made, each in its order. */
function batches(writes: readonly Write[]): readonly (readonly string[])[] {
  const next = inWaves(writes);
  if (next?.kind !== 'write') return [];
  const batch = writesOf(next);
  return [batch.map(describeWrite), ...batches(writes.filter((one) => !batch.includes(one)))];
}

describe('inWaves', () => {
  it('makes first what pods need, then workloads, then what sends traffic to them or scales them', () => {
    const writes = [
      creation('Ingress', 'shop', 'networking.k8s.io/v1'),
      creation('HTTPRoute', 'shop', 'gateway.networking.k8s.io/v1'),
      creation('StatefulSet', 'db', 'apps/v1'),
      creation('HorizontalPodAutoscaler', 'web', 'autoscaling/v2'),
      creation('ConfigMap', 'settings'),
      creation('Deployment', 'worker', 'apps/v1'),
      creation('Service', 'db'),
      creation('ServiceAccount', 'worker'),
    ];
    expect(batches(writes)).toEqual([
      ['create ConfigMap settings', 'create Service db', 'create ServiceAccount worker'],
      ['create StatefulSet db', 'create Deployment worker'],
      ['create Ingress shop', 'create HTTPRoute shop', 'create HorizontalPodAutoscaler web'],
    ]);
  });

  it('makes at most 16 writes at the same time', () => {
    const writes = Array.from({ length: 2 * BATCH + 1 }, (_, index) => creation('ConfigMap', `settings-${index}`));
    expect(batches(writes).map(({ length }) => length)).toEqual([16, 16, 1]);
  });

  it('has nothing beside a single write, and is undefined without writes', () => {
    const one = creation('ConfigMap', 'settings');
    expect(inWaves([one])).toEqual({ kind: 'write', write: one });
    expect(inWaves([])).toBeUndefined();
  });
});
