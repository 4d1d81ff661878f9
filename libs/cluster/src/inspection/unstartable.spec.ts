import { PROJECT_LABEL, RELEASE_LABEL } from '@alloy/contracts';
import { ClusterError } from '../errors';
import type { Deployment } from '../json';
import { byKey, type Live } from '../live';
import { copyOf } from '../copies';
import type { ObjectRef } from '../ports';
import { configMap, deployment, secretObject } from '../testing/fixtures';
import { inspection, running } from '../testing/inspection';
import { missingForRunning } from './unstartable';

const nothing: Live = { web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null };
const owner = { project: 'shop', environment: 'production', releaseId: 'R1', fence: { installation: 'alloy', slot: 1, version: 0 } };
const web = running(deployment('shop:v1', 3));
const none = { get: () => Promise.resolve(undefined) };
const missingIn = async (live: Partial<Live>, copies: readonly string[] = [], cluster: Parameters<typeof missingForRunning>[0] = none) => {
  const comparison = { live: {} as never, running: 'unknown' as const, copies: new Set(copies) };
  return (await missingForRunning(cluster, 'shop', { ...nothing, web, ...live }, comparison)).map(({ kind, name }) => `${kind}/${name}`);
};

describe('missingForRunning', () => {
  it('names the ConfigMaps and Secrets that the running template needs and that do not exist', async () => {
    expect(await missingIn({})).toEqual(['Secret/keys', 'ConfigMap/settings']);
    const get = async ({ name }: ObjectRef) => (name === 'keys' ? secretObject : undefined);
    expect(await missingIn({}, [], { get })).toEqual(['ConfigMap/settings']);
    expect(await missingIn({ web: null })).toEqual([]);
  });

  it('asks for none that was read already, or that a rollback to the running version would create again', async () => {
    const get = jest.fn(none.get);
    const copy = copyOf(secretObject, 'keys', 'web', 'shop', owner);
    expect(await missingIn({ shared: byKey([configMap('v1')]), copies: byKey([copy]) }, [], { get })).toEqual([]);
    expect(await missingIn({}, ['ConfigMap/settings', 'Secret/keys'], { get })).toEqual([]);
    expect(get).not.toHaveBeenCalled();
  });

  it('names none that it may not read', async () =>
    expect(await missingIn({}, [], { get: () => Promise.reject(new ClusterError('forbidden', 'no')) })).toEqual([]));
});

describe('a running version whose pods cannot start', () => {
  const missing = [{ kind: 'Secret', name: 'keys' }] as const;
  const status = { observedGeneration: 0, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const withStatus = (more: object, replicas = 3): Live['web'] =>
    running({ ...deployment('shop:v0', replicas), status: { ...status, ...more } } as Deployment);
  const inspect = (found: Live['web'], over: Parameters<typeof inspection>[1] = {}) => inspection({ web: found }, { missing, ...over });

  it('is not adopted as the version to roll back to, with what is missing', () => {
    const { inspected, adopted } = inspect(withStatus({ availableReplicas: 1 }));
    expect([inspected.unstartable, adopted]).toEqual([missing, null]);
    expect(inspection({ web: withStatus({ availableReplicas: 1 }) }).inspected).not.toHaveProperty('unstartable');
  });

  it('is not adopted after a change by another client either', () => {
    const live = { release: null, image: 'shop:v0', matches: false, stable: 'v1', differences: [] };
    const comparison = { live, running: 'unknown' as const, copies: new Set<string>() };
    const over = { hasStable: true, comparison };
    const web = withStatus({ updatedReplicas: 1, replicas: 4 });
    expect(inspect(web, over)).toMatchObject({ inspected: { unstartable: missing, live }, adopted: null });
    expect(inspect(web, { ...over, missing: [] }).adopted).toMatchObject({ release: null });
  });

  it.each<[string, Live['web'], boolean]>([
    ['all of its pods run already', withStatus({}), true],
    ['pods of an older template still run', withStatus({ replicas: 4 }), false],
    ['its controller has not acted on it yet', withStatus({ observedGeneration: undefined }), false],
    ['it has no pods', withStatus({ replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, 0), false],
  ])('is adopted only if its pods run: %s', (_, found, isAdopted) => {
    const { inspected, adopted } = inspect(found, { hasStable: false });
    expect([adopted !== null, inspected.unstartable === undefined]).toEqual([isAdopted, isAdopted]);
  });

  it('is not adopted if it was handed back with the label of a release', () => {
    const base = deployment('shop:v0', 3);
    const labels = { app: 'web', [PROJECT_LABEL]: 'shop', [RELEASE_LABEL]: 'R7' };
    const object = { ...base, spec: { ...base.spec, template: { ...base.spec.template, metadata: { labels } } } };
    expect(inspect(running(object)).adopted).toBeNull();
  });
});
