import { outlineOf, type Cluster, type Deployment, type Keep, type Live } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { LookMemory } from './look-memory';

const web = (resourceVersion: string, replicas = 3): Deployment => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', resourceVersion, labels: { 'alloy.dev/project': 'shop' } },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [{ name: 'web', image: 'shop:v1' }] } } },
});
const live: Live = { web: { object: web('1'), replicas: 3, pods: 3, ready: 3, draining: 0, byRelease: [] }, canary: null, shared: new Map(), copies: new Map(), hpa: null };
const sealed = { bundle: 'b', stable: null };
const inNamespace = (namespace: string) => ({ namespace, live, sealed });

/** Watches that know what the test tells them. */
class Watched implements Pick<Cluster, 'watch'> {
  readonly open = new Map<string, (object: KubeObject) => void>();

  watch: Cluster['watch'] = ({ namespace = '' }, _onEvent, keep: Keep = (object) => object) => {
    const objects = new Map<string, KubeObject>();
    expect(this.open.has(namespace)).toBe(false);
    this.open.set(namespace, (object) => void objects.set(`${namespace}/${object.metadata.name}`, keep(object)));
    return { objects, synced: Promise.resolve(), stop: () => void this.open.delete(namespace) };
  };
}

describe('LookMemory', () => {
  let now: number;
  let watched: Watched;
  let memory: LookMemory;

  beforeEach(() => {
    now = 0;
    watched = new Watched();
    memory = new LookMemory(watched, () => now);
  });

  it('recalls the last look, with the Deployments as the watch tells of them', () => {
    memory.keep('R1', inNamespace('shop'));
    expect(memory.recall('R1')).toBeUndefined();
    watched.open.get('shop')!(web('2', 4));
    expect(memory.recall('R1')?.web).toEqual({ ...live.web, object: outlineOf(web('2', 4)), replicas: 4 });
    expect(JSON.stringify(memory.recall('R1'))).not.toContain('shop:v1');
    expect([memory.sealed('R1'), memory.sealed('R2'), memory.recall('R2')]).toEqual([sealed, undefined, undefined]);
  });

  it('watches a namespace once, for as long as a release there is remembered', () => {
    for (const id of ['R1', 'R2', 'R1']) memory.keep(id, inNamespace('shop'));
    memory.keep('R3', inNamespace('other'));
    memory.forget('R1');
    memory.forget('R1');
    memory.forget('R3');
    expect([...watched.open.keys()]).toEqual(['shop']);
    memory.stop();
    expect(watched.open.size).toBe(0);
  });

  it('forgets what nobody came back to, and of many the oldest', () => {
    memory.keep('gone', inNamespace('old'));
    now += 15 * 60_000;
    memory.keep('R0', inNamespace('shop'));
    expect([...watched.open.keys()]).toEqual(['shop']);
    for (let i = 1; i <= 500; i += 1) memory.keep(`R${i}`, inNamespace('shop'));
    expect(['R0', 'R1', 'R500'].map((id) => memory.sealed(id))).toEqual([undefined, sealed, sealed]);
  });
});
