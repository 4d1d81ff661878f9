import { isDryRun, type ApiProxy, type Exchange } from '../support/api-proxy';
import type { SeenRequest } from './seen-request';

interface Body {
  /** Made of a JSON patch. */
  readonly patch?: true;
  readonly metadata?: { readonly name?: string; readonly resourceVersion?: string; readonly [key: string]: unknown };
  readonly spec?: { readonly replicas?: number };
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

type Patch = ReadonlyArray<{ readonly path?: string; readonly value?: string }>;

/** Singular names of the namespaced kinds that Alloy writes or reads. */
const kinds: Readonly<Record<string, string>> = {
  pods: 'Pod', services: 'Service', configmaps: 'ConfigMap', secrets: 'Secret', serviceaccounts: 'ServiceAccount',
  events: 'Event', deployments: 'Deployment', replicasets: 'ReplicaSet', ingresses: 'Ingress',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler', poddisruptionbudgets: 'PodDisruptionBudget',
  statefulsets: 'StatefulSet', daemonsets: 'DaemonSet', jobs: 'Job', cronjobs: 'CronJob', networkpolicies: 'NetworkPolicy',
  persistentvolumeclaims: 'PersistentVolumeClaim', servicemonitors: 'ServiceMonitor', httproutes: 'HTTPRoute', grpcroutes: 'GRPCRoute',
  virtualservices: 'VirtualService', traefikservices: 'TraefikService', trafficsplits: 'TrafficSplit',
  // Of a test's own operator.
  widgets: 'Widget',
};

/** Records all requests for namespaced objects from now on, for the checkers. */
export function recordRequests(proxy: ApiProxy): readonly SeenRequest[] {
  const seen: SeenRequest[] = [];
  proxy.onExchange = (exchange) => {
    const request = seenRequest(exchange);
    if (request) seen.push(request);
  };
  return seen;
}

/** undefined: not about a namespaced object, or a dry run. Throws for an unknown kind, so that none is missed. */
export function seenRequest({ method, path, asked, status, answered, begun, ended }: Exchange): SeenRequest | undefined {
  const [pathname = '', query = ''] = path.split('?');
  const match = /\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?/.exec(pathname);
  if (!match || isDryRun(path)) return undefined;
  const [, namespace = '', plural = '', name, subresource] = match;
  const kind = kinds[plural];
  if (!kind) throw new Error(`the observer does not know ${plural}`);
  const sent = read(asked);
  const made = name ?? (method === 'POST' ? sent.metadata?.name : undefined);
  return {
    method, namespace, query, status, begun, ended,
    object: made === undefined ? kind : `${kind}/${made}`,
    ...(subresource && { subresource }),
    sentVersion: numberOf(sent.preconditions?.resourceVersion ?? sent.metadata?.resourceVersion),
    gotVersion: status < 300 ? numberOf(read(answered).metadata?.resourceVersion) : undefined,
    uid: sent.preconditions?.uid,
    ...(method === 'PATCH' && isMark(sent) && { marks: true }),
    ...(subresource === 'scale' && sent.spec?.replicas !== undefined && { sentReplicas: sent.spec.replicas }),
  };
}

const MARKS = ['resourceVersion', 'labels', 'annotations'];
/** A JSON patch never counts as a fencing annotation. */
const isMark = (sent: Body): boolean =>
  Object.keys(sent).join() === 'metadata' && Object.keys(sent.metadata ?? {}).every((key) => MARKS.includes(key));

const numberOf = (text: string | undefined): number | undefined => (text === undefined || text === '' ? undefined : Number(text));

/** The precondition of a JSON patch is among its replacements. Skips content that is not JSON. */
function read(text: string): Body {
  try {
    const body = JSON.parse(text) as Body | Patch | null;
    return Array.isArray(body)
      ? { patch: true, metadata: { resourceVersion: body.find(({ path }) => path === '/metadata/resourceVersion')?.value } }
      : ((body ?? {}) as Body);
  } catch {
    return {};
  }
}
