import type { RouterName } from '@alloy/release';
import type { AccessRule } from './executor-role';

const watched = (group: string, resource: string): AccessRule =>
  ({ apiGroups: [group], resources: [resource], verbs: ['get', 'list', 'watch'] });

/** What divides the traffic. */
const objects: Readonly<Record<RouterName, readonly AccessRule[]>> = {
  podRatio: [],
  gatewayApi: [
    watched('gateway.networking.k8s.io', 'httproutes'), watched('gateway.networking.k8s.io', 'grpcroutes'), watched('', 'services'),
  ],
  istio: [watched('networking.istio.io', 'virtualservices'), watched('', 'services')],
  traefik: [watched('traefik.io', 'traefikservices'), watched('', 'services')],
  smi: [watched('split.smi-spec.io', 'trafficsplits'), watched('', 'services')],
  nginxIngress: [watched('networking.k8s.io', 'ingresses'), watched('', 'services')],
  serviceSelector: [watched('', 'services')],
};

/**
 * What the watcher needs in a namespace, beside its Role for all releases, to notice that another client changes what
 * divides the traffic. Empty: the router has no objects.
 */
export const watcherRules = (router: RouterName = 'podRatio'): readonly AccessRule[] => objects[router];
