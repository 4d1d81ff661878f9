import { kindIdOf, type KubeObject } from '@alloy/contracts';
import type { ManagedRoute, Refusal, TrafficPlan } from '@alloy/release';
import { isClusterError } from '../../errors';
import type { Owner } from '../../fence';
import type { Deployment } from '../../json';
import type { Cluster } from '../../ports';
import type { Route } from '../../routers/gateway-api/route';
import { keyOf } from '../../with-owner';
import { chooseTraffic, servicesNamedBy } from './choose-traffic';

/** The objects with which the router of the policy can divide the traffic, or why it cannot. */
export type FoundTraffic = { readonly traffic: TrafficPlan } | { readonly refusal: Refusal };

export interface TrafficQuestion {
  readonly namespace: string;
  /** The workload's Deployment, and the other objects of its bundle. */
  readonly deployment: Deployment;
  readonly objects: readonly KubeObject[];
  /** Name of the route in the policy. */
  readonly route: string | undefined;
  /** The routes of the canary that are in effect at the same time, after each step of the policy. */
  readonly managed: ReadonlyArray<readonly ManagedRoute[]>;
  readonly owner: Owner;
}

const GROUP = 'gateway.networking.k8s.io/v1';
const KINDS = ['HTTPRoute', 'GRPCRoute'] as const;

/** Reads the routes of the namespace that may concern the workload, and the Services that they name. */
export async function findTraffic(cluster: Pick<Cluster, 'get' | 'list' | 'serves'>, question: TrafficQuestion): Promise<FoundTraffic> {
  const { namespace, objects } = question;
  const served = await Promise.all(KINDS.map(async (kind) => ((await cluster.serves(GROUP, kind)) ? [kind] : [])));
  if (served.flat().length === 0) {
    const text = `this cluster serves neither HTTPRoute nor GRPCRoute of ${GROUP}, which the router gatewayApi needs`;
    return { refusal: { code: 'router_not_served', text } };
  }
  const [routes, policies] = await Promise.all([readRoutes(cluster, question, served.flat()), readPolicies(cluster, namespace)]);
  const names = new Set(routes.flatMap((route) => servicesNamedBy(route)));
  const wanted = [...names].flatMap((name) => [name, `${name}-canary`]);
  const services = await Promise.all(wanted.map((name) => cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name })));
  const live = new Map(services.filter((service) => service !== undefined).map((service) => [service.metadata.name, service]));
  return chooseTraffic({ ...question, routes, live, policies: [...policies, ...objects.filter(isPolicy)] });
}

const isRoute = (object: KubeObject): object is Route => object.apiVersion === GROUP && KINDS.some((kind) => kind === object.kind);
const isPolicy = (object: KubeObject): boolean => kindIdOf(object) === 'NetworkPolicy.networking.k8s.io';

/** The live routes, and those of the bundle that do not exist yet. */
async function readRoutes(
  cluster: Pick<Cluster, 'get' | 'list'>, { namespace, objects, route: name }: TrafficQuestion, kinds: readonly string[],
): Promise<readonly Route[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      if (name === undefined) return cluster.list({ apiVersion: GROUP, kind, namespace });
      const found = await cluster.get({ apiVersion: GROUP, kind, namespace, name });
      return found ? [found] : [];
    }),
  );
  const live = lists.flat().filter(isRoute);
  const known = new Set(live.map(keyOf));
  const isWanted = ({ metadata }: KubeObject): boolean => name === undefined || metadata.name === name;
  const own = objects.filter(isRoute).filter((object) => !known.has(keyOf(object)) && isWanted(object));
  return [...live, ...own.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }))];
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
