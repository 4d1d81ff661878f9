import type { V1Deployment } from '@kubernetes/client-node';
import { isDeployment, type Json } from './json';

describe('Json', () => {
  it('has times as strings, and is readonly', () => {
    const served: Json<V1Deployment> = {
      metadata: { creationTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a'] },
      status: { conditions: [{ type: 'Available', status: 'True', lastUpdateTime: '2026-01-01T00:00:00Z' }] },
    };
    // @ts-expect-error A Date, as client-node's serializer makes it.
    const wrong: Json<V1Deployment> = { metadata: { creationTimestamp: new Date(0) } };
    // @ts-expect-error Lists are readonly as well.
    const change = () => served.metadata?.finalizers?.push('b');
    expect([served.metadata?.creationTimestamp?.slice(0, 4), wrong, change]).toHaveLength(3);
  });

  it('is recognized as a Deployment by its kind', () => {
    const metadata = { name: 'web' };
    expect(['Deployment', 'Pod'].map((kind) => isDeployment({ apiVersion: 'apps/v1', kind, metadata }))).toEqual([true, false]);
  });
});
