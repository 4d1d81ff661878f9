import type { TrafficPlan } from '@alloy/release';
import type { LiveTraffic } from '../live';
import type { Cluster } from '../ports';
import { canaryIngressRef } from './nginx-ingress/ingress';

/** Reads the router's objects. Always live: any client may change a route, and no watch reports it. */
export async function readTraffic(
  cluster: Pick<Cluster, 'get'>, namespace: string, plan: TrafficPlan,
): Promise<LiveTraffic> {
  const { route, service, canaryService, canaryIngress } = plan;
  const serviceRef = (name: string) => ({ apiVersion: 'v1', kind: 'Service', namespace, name });
  const [found, stable, canary, ingress] = await Promise.all([
    route && cluster.get({ ...route, namespace }),
    cluster.get(serviceRef(service)),
    cluster.get(serviceRef(canaryService)),
    canaryIngress && cluster.get({ ...canaryIngressRef(canaryIngress), namespace }),
  ]);
  return {
    plan, route: found ?? null, service: stable ?? null, canaryService: canary ?? null,
    ...(canaryIngress && { canaryIngress: ingress ?? null }),
  };
}
