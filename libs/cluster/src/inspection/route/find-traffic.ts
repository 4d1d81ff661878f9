import { groupOf, kindIdOf, type KubeObject } from '@alloy/contracts';
import type { ManagedRoute, Refusal, RouterName, TrafficPlan } from '@alloy/release';
import { isClusterError } from '../../errors';
import type { Owner } from '../../fence';
import type { Deployment } from '../../json';
import type { Cluster } from '../../ports';
import { routerNamed } from '../../routers/registry';
import type { RouteKind } from '../../routers/weighted-route/route-format';
import { servicesNamedBy } from '../../routers/weighted-route/rule-backends';
import { keyOf } from '../../with-owner';
import { chooseTraffic } from './choose-traffic';
import { neitherText } from './kinds-text';

/** The objects with which the router of the policy can divide the traffic, or why it cannot. */
export type FoundTraffic = { readonly traffic: TrafficPlan } | { readonly refusal: Refusal };

export interface TrafficQuestion {
  readonly router: RouterName;
  readonly namespace: string;
  /** The workload's Deployment, and the other objects of its bundle. */
  readonly deployment: Deployment;
  readonly objects: readonly KubeObject[];
  /** Name of the route in the policy. */
  readonly route: string | undefined;
  /** Names of the rules of the route in the policy; absent: all with the Service as a backend. */
  readonly rules?: readonly string[] | undefined;
  /** Of the annotations that the controller of the route reads; undefined: the default. */
  readonly annotationPrefix?: string | undefined;
  /** The routes of the canary that are in effect at the same time, after each step of the policy. */
  readonly managed: ReadonlyArray<readonly ManagedRoute[]>;
  readonly owner: Owner;
}

/**
 * Reads the routes of the namespace that may concern the workload, and the Services that they name. Undefined: the
 * router needs no route.
 */
export async function findTraffic(
  cluster: Pick<Cluster, 'get' | 'list' | 'serves'>, question: TrafficQuestion,
): Promise<FoundTraffic | undefined> {
  const { namespace, objects, router } = question;
  const { format } = routerNamed(router);
  if (!format) return undefined;
  const served = (await Promise.all(format.kinds.map((kind) => servedOf(cluster, kind)))).flat();
  if (served.length === 0) {
    const text = `this cluster serves ${neitherText(format)}, which the router ${router} needs`;
    return { refusal: { code: 'router_not_served', text } };
  }
  const { own } = format;
  // What a router makes must not disturb any other object, whatever the name of the route is.
  const asked = own ? { ...question, route: undefined } : question;
  const [all, policies] = await Promise.all([readRoutes(cluster, asked, served), readPolicies(cluster, namespace)]);
  const isWanted = ({ metadata }: KubeObject): boolean => question.route === undefined || metadata.name === question.route;
  const routes = all.filter((route) => isWanted(route) && !own?.isOne(route, question));
  const names = new Set(routes.flatMap((route) => servicesNamedBy(format, route)));
  const wanted = [...names].flatMap((name) => [name, `${name}-canary`]);
  const services = await Promise.all(wanted.map((name) => cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name })));
  const live = new Map(services.filter((service) => service !== undefined).map((service) => [service.metadata.name, service]));
  return chooseTraffic({ ...question, format, routes, all, live, policies: [...policies, ...objects.filter(isPolicy)] });
}

const isPolicy = (object: KubeObject): boolean => kindIdOf(object) === 'NetworkPolicy.networking.k8s.io';

interface ServedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The kind in the first version that the cluster serves; empty: it serves none. */
async function servedOf(cluster: Pick<Cluster, 'serves'>, { apiVersions, kind }: RouteKind): Promise<readonly ServedKind[]> {
  for (const apiVersion of apiVersions) if (await cluster.serves(apiVersion, kind)) return [{ apiVersion, kind }];
  return [];
}

/** The live routes, and those of the bundle that do not exist yet. */
async function readRoutes(
  cluster: Pick<Cluster, 'get' | 'list'>, { namespace, objects, route: name }: TrafficQuestion, kinds: readonly ServedKind[],
): Promise<readonly KubeObject[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      if (name === undefined) return cluster.list({ ...kind, namespace });
      const found = await cluster.get({ ...kind, namespace, name });
      return found ? [found] : [];
    }),
  );
  const live = lists.flat();
  const known = new Set(live.map(keyOf));
  const isWanted = ({ metadata }: KubeObject): boolean => name === undefined || metadata.name === name;
  const own = objects.filter((object) => !known.has(keyOf(object)) && isWanted(object)).flatMap((object) => {
    const served = kinds.find(({ apiVersion, kind }) => kind === object.kind && groupOf(apiVersion) === groupOf(object.apiVersion));
    return served ? [{ ...object, ...served, metadata: { ...object.metadata, namespace } }] : [];
  });
  return [...live, ...own];
}

/** A client without the right to read them sees none. */
export async function readPolicies(cluster: Pick<Cluster, 'list'>, namespace: string): Promise<readonly KubeObject[]> {
  try {
    return await cluster.list({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace });
  } catch (error) {
    if (isClusterError(error, 'forbidden')) return [];
    throw error;
  }
}
