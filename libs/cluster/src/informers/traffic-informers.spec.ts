import type { KubeObject } from '@alloy/contracts';
import type { TrafficPlan } from '@alloy/release';
import { ClusterError } from '../errors';
import type { Query, Watching, WatchEvent, WatchOptions } from '../ports';
import { traffic } from '../testing/routed';
import { traffic as bySwitch } from '../testing/switched';
import { TrafficInformers } from './traffic-informers';

interface Open {
  readonly query: Query;
  readonly onEvent: (event: WatchEvent) => void;
  readonly onFailure: (error: unknown) => void;
  readonly watching: { objects: Map<string, KubeObject>; failure: unknown };
}

const byIngress: TrafficPlan = {
  ...traffic, route: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' },
  canaryIngress: { name: 'shop-canary', annotationPrefix: 'nginx.ingress.kubernetes.io' },
};
const object = (kind: string, name: string, namespace = 'shop') =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace } }) as unknown as KubeObject;
const [route, web, canary] = [object('HTTPRoute', 'shop'), object('Service', 'web'), object('Service', 'web-canary')];
const forbidden = new ClusterError('forbidden', 'GET /api/v1/services', { status: 403 });

/** The informers with watches that the test controls. */
function world() {
  let opened: readonly Open[] = [];
  const changes: (string | undefined)[] = [];
  const failures: string[] = [];
  const informers = new TrafficInformers({
    cluster: {
      watch: (query: Query, onEvent: (event: WatchEvent) => void, { onFailure }: WatchOptions = {}): Watching => {
        const watching = { objects: new Map<string, KubeObject>(), failure: undefined as unknown };
        const open: Open = { query, onEvent, watching, onFailure: (error) => { watching.failure = error; onFailure?.(error); } };
        opened = [...opened, open];
        return Object.assign(watching, {
          synced: Promise.resolve(), retry: () => undefined, stop: () => void (opened = opened.filter((other) => other !== open)),
        });
      },
    },
    onChange: (namespace) => void changes.push(namespace),
    onFailure: (namespace, error) => void failures.push(`${(error as ClusterError).code} in ${namespace ?? 'all'}`),
  });
  const at = (kind: string, namespace?: string): Open =>
    opened.find(({ query }) => query.kind === kind && query.namespace === namespace)!;
  const scopes = () => opened.map(({ query }) => `${query.kind} ${query.namespace ?? 'all'}`);
  const list = (open: Open, ...objects: readonly KubeObject[]): void => {
    open.watching.objects = new Map(objects.map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]));
    open.watching.failure = undefined;
    open.onEvent({ type: 'synced', objects });
  };
  return { informers, at, scopes, list, changes, failures };
}

describe('TrafficInformers', () => {
  it('watches the kinds of the plans once for all followers, and a switch needs no route', () => {
    const { informers, scopes } = world();
    informers.follow('shop', bySwitch, 'R1');
    expect(scopes()).toEqual(['Service all']);
    for (const follower of ['R2', 'R3', 'R2']) informers.follow('shop', traffic, follower);
    expect(scopes()).toEqual(['Service all', 'HTTPRoute all']);
  });

  it('ends the watches of a namespace only after its last follower has left, and those of a kind after its last namespace', () => {
    const { informers, scopes } = world();
    for (const [namespace, follower] of [['shop', 'R1'], ['shop', 'R2'], ['blog', 'R3']] as const)
      informers.follow(namespace, traffic, follower);
    informers.unfollow('shop', 'R9');
    informers.unfollow('shop', 'R1');
    informers.unfollow('shop', 'R1');
    informers.unfollow('blog', 'R3');
    expect(scopes()).toEqual(['HTTPRoute all', 'Service all']);
    informers.unfollow('shop', 'R2');
    expect(scopes()).toEqual([]);
  });

  it('watches each namespace alone if the API server forbids all of them, until its last follower has left', () => {
    const { informers, at, scopes } = world();
    informers.follow('shop', traffic, 'R1');
    informers.follow('blog', traffic, 'R2');
    at('HTTPRoute').onFailure(forbidden);
    expect(scopes()).toEqual(['Service all', 'HTTPRoute shop', 'HTTPRoute blog']);
    informers.unfollow('shop', 'R1');
    expect(scopes()).toEqual(['Service all', 'HTTPRoute blog']);
  });

  it('knows the objects only after each kind was listed, and then also which do not exist', () => {
    const { informers, at, list } = world();
    informers.follow('shop', traffic, 'R1');
    list(at('HTTPRoute'), route);
    expect(informers.read('shop', traffic)).toBeUndefined();
    list(at('Service'), web, object('Service', 'web-canary', 'blog'));
    expect(informers.read('shop', traffic)).toEqual({ plan: traffic, route, service: web, canaryService: null });
    list(at('Service'), web, canary);
    expect(informers.read('shop', traffic)).toEqual({ plan: traffic, route, service: web, canaryService: canary });
  });

  it('does not know the objects while a list or a watch fails', () => {
    const { informers, at, list } = world();
    informers.follow('shop', traffic, 'R1');
    list(at('HTTPRoute'), route);
    list(at('Service'), web, canary);
    at('HTTPRoute').onFailure(new ClusterError('unreachable', 'watch HTTPRoute: ECONNRESET'));
    expect(informers.read('shop', traffic)).toBeUndefined();
    list(at('HTTPRoute'));
    expect(informers.read('shop', traffic)).toMatchObject({ route: null, service: web });
  });

  it('reads the canary Ingress of a plan with one, and of another plan none', () => {
    const { informers, at, list } = world();
    informers.follow('shop', byIngress, 'R1');
    list(at('Ingress'), object('Ingress', 'shop'), object('Ingress', 'shop-canary'));
    list(at('Service'), web);
    expect(informers.read('shop', byIngress)).toMatchObject({ route: { metadata: { name: 'shop' } }, canaryIngress: { kind: 'Ingress' } });
    list(at('Ingress'), object('Ingress', 'shop'));
    expect(informers.read('shop', byIngress)).toMatchObject({ canaryIngress: null });
  });

  it('reports each change with its namespace, and a new list with the namespace that it covers', () => {
    const { informers, at, list, changes } = world();
    informers.follow('shop', traffic, 'R1');
    list(at('Service'), web);
    at('Service').onEvent({ type: 'modified', object: object('Service', 'web', 'blog') });
    at('HTTPRoute').onFailure(forbidden);
    list(at('HTTPRoute', 'shop'), route);
    expect(changes).toEqual([undefined, 'blog', 'shop']);
  });

  it('reports a failure with the namespace that the watch covers, but not a version that has become too old', () => {
    const { informers, at, failures } = world();
    informers.follow('shop', traffic, 'R1');
    for (const code of ['gone', 'unreachable', 'forbidden'] as const) at('Service').onFailure(new ClusterError(code, 'watch Service'));
    at('Service', 'shop').onFailure(forbidden);
    expect(failures).toEqual(['unreachable in all', 'forbidden in shop']);
  });

  it('ends every watch when it is stopped', () => {
    const { informers, scopes } = world();
    informers.follow('shop', traffic, 'R1');
    informers.stop();
    expect(scopes()).toEqual([]);
  });
});
