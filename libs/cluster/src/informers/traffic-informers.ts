import type { TrafficPlan } from '@alloy/release';
import { isClusterError } from '../errors';
import type { LiveTraffic } from '../live';
import type { Cluster } from '../ports';
import { Informer } from './informer';

/** The kind of a router's object. */
interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface TrafficInformersOptions {
  readonly cluster: Pick<Cluster, 'watch'>;
  /** Called after each change of a followed kind, with its namespace; undefined: any. Must not throw. */
  readonly onChange: (namespace: string | undefined) => void;
  /**
   * Called with each failure of a list or watch, which is tried again. `namespace` undefined: of all. Must not throw.
   */
  readonly onFailure: (namespace: string | undefined, error: unknown) => void;
}

const SERVICE: Kind = { apiVersion: 'v1', kind: 'Service' };

const kindsOf = ({ route }: TrafficPlan): readonly Kind[] => [...(route ? [route] : []), SERVICE];
const idOf = ({ apiVersion, kind }: Kind): string => `${apiVersion}/${kind}`;

/**
 * The routes and Services of running releases as watches report them: one list and watch per kind, cluster-wide if RBAC
 * allows it, only while a release that divides its traffic with such objects is followed. They may be stale.
 */
export class TrafficInformers {
  private readonly informers = new Map<string, Informer>();
  /** By kind and namespace: those who follow it. */
  private readonly followers = new Map<string, Set<string>>();

  constructor(private readonly options: TrafficInformersOptions) {}

  /** Follows the kinds of the plan in the namespace until `unfollow`. Idempotent by `follower`. */
  follow(namespace: string, plan: TrafficPlan, follower: string): void {
    for (const kind of kindsOf(plan)) {
      const key = `${idOf(kind)} ${namespace}`;
      this.followers.set(key, (this.followers.get(key) ?? new Set()).add(follower));
      this.informerOf(kind).follow(namespace);
    }
  }

  /** Idempotent. */
  unfollow(namespace: string, follower: string): void {
    for (const [id, informer] of this.informers) {
      const key = `${id} ${namespace}`;
      const followers = this.followers.get(key);
      if (!followers?.delete(follower) || followers.size > 0) continue;
      this.followers.delete(key);
      informer.unfollow(namespace);
    }
  }

  /**
   * The objects that the plan names. Undefined: they are not known, because they are not listed yet or cannot be
   * watched.
   */
  read(namespace: string, plan: TrafficPlan): LiveTraffic | undefined {
    const { route, service, canaryService, canaryIngress } = plan;
    const isKnown = kindsOf(plan).every((kind) => this.isKnown(kind, namespace));
    if (!isKnown) return undefined;
    const get = (kind: Kind, name: string) => this.informerOf(kind).get(namespace, name) ?? null;
    const [stable, canary] = [get(SERVICE, service), get(SERVICE, canaryService)];
    return {
      plan, route: route ? get(route, route.name) : null, service: stable, canaryService: canary,
      // Of the kind of the route.
      ...(route && canaryIngress && { canaryIngress: get(route, canaryIngress.name) }),
    };
  }

  /** Ends all watches. Idempotent. */
  stop(): void {
    this.followers.clear();
    for (const informer of this.informers.values()) informer.stop();
  }

  private isKnown(kind: Kind, namespace: string): boolean {
    const informer = this.informerOf(kind);
    return informer.failure(namespace) === undefined && informer.isSynced(namespace);
  }

  private informerOf(kind: Kind): Informer {
    const id = idOf(kind);
    const known = this.informers.get(id);
    if (known) return known;
    const { cluster, onChange, onFailure } = this.options;
    const made = new Informer({
      cluster, kind: { apiVersion: kind.apiVersion, kind: kind.kind },
      onEvent: (event, scope) => onChange(event.type === 'synced' ? scope : event.object.metadata.namespace),
      // A watch of a version that has become too old is opened again at once.
      onFailure: (error, scope) => (isClusterError(error, 'gone') ? undefined : onFailure(scope, error)),
    });
    this.informers.set(id, made);
    return made;
  }
}
