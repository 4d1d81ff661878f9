import type { KubeObject } from '@alloy/contracts';
import { kindNotServed } from './checks/kind-not-served';
import type { InspectInput } from './inspect';
import { unservedOf } from './unserved';

const object = (apiVersion: string, kind: string): KubeObject => ({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop' } });
const served = new Map([['autoscaling/v2', true], ['autoscaling/v1', true], ['example.com/v1', false]]);
const cluster = { isNamespaced: (apiVersion: string) => Promise.resolve(served.get(apiVersion)) };

const textFor = async (...objects: readonly KubeObject[]): Promise<string | undefined> =>
  kindNotServed({ unserved: await unservedOf(cluster, objects) } as InspectInput)?.text;

describe('an object that the cluster does not serve', () => {
  it('is none if the cluster serves its kind in its version', async () => {
    expect(await textFor(object('autoscaling/v2', 'HorizontalPodAutoscaler'), object('apps/v1', 'Deployment'))).toBeUndefined();
  });

  it('gets the apiVersion in which the cluster serves its kind', async () => {
    expect(await textFor(object('autoscaling/v2beta2', 'HorizontalPodAutoscaler'))).toBe(
      'this cluster serves HorizontalPodAutoscaler as autoscaling/v2 and not as autoscaling/v2beta2: change the apiVersion of HorizontalPodAutoscaler web',
    );
  });

  it('is of a kind to install if the cluster does not serve it in any version', async () => {
    expect(await textFor(object('keda.sh/v1alpha1', 'ScaledObject'))).toMatch(/^this cluster does not serve ScaledObject .* install it/);
  });

  it('is of a kind to take out of the policy if it is cluster-scoped', async () => {
    expect(await textFor(object('example.com/v1', 'Widget'))).toMatch(/^Widget web is cluster-scoped/);
  });
});
