import type { Bundle } from '@alloy/contracts';
import { ClusterError } from '../errors';
import type { ObjectRef } from '../ports';
import { missingReferences } from './missing-references';

const from = (kind: 'configMap' | 'secret', name: string, optional?: boolean) => ({
  name: `${kind}_${name}`, valueFrom: { [`${kind}KeyRef`]: { name, key: 'k', ...(optional && { optional }) } },
});
const spec = {
  containers: [{
    name: 'web',
    env: [from('configMap', 'settings'), from('secret', 'maybe', true), from('secret', 'present'), { name: 'A', value: 'b' }],
    envFrom: [{ configMapRef: { name: 'own' } }, { secretRef: { name: 'not-needed', optional: true } }],
  }],
  initContainers: [{ name: 'init', env: [from('configMap', 'for-init')] }],
  volumes: [
    { name: 'a', secret: { secretName: 'certificate' } }, { name: 'b', configMap: { name: 'optional', optional: true } },
    { name: 'c', projected: { sources: [{ configMap: { name: 'projected' } }, { secret: { name: 'unused', optional: true } }] } },
  ],
};
const bundle: Bundle = {
  workload: 'web',
  objects: [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { selector: {}, template: { spec } } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'own' } },
  ],
};
const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'present' } };

describe('missingReferences', () => {
  it('names each ConfigMap and Secret that pods need and that is neither in the bundle nor in the cluster', async () => {
    const get = async ({ name }: ObjectRef) => (name === 'present' ? object : undefined);
    expect((await missingReferences({ get }, 'shop', bundle)).map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'ConfigMap for-init', 'ConfigMap projected', 'ConfigMap settings', 'Secret certificate',
    ]);
  });

  it('names none that it may not read, and rejects if the cluster does not answer', async () => {
    const failing = (code: 'forbidden' | 'unreachable') => ({ get: () => Promise.reject(new ClusterError(code, 'no')) });
    expect(await missingReferences(failing('forbidden'), 'shop', bundle)).toEqual([]);
    await expect(missingReferences(failing('unreachable'), 'shop', bundle)).rejects.toThrow('no');
  });
});
