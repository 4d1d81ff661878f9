import type { RouterName } from '@alloy/release';
import { idOf, knownKind, neverWritten, prunableKinds } from '@alloy/contracts';

/** A rule of a Role. */
export interface AccessRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const rule = (group: string, resource: string, ...verbs: readonly string[]): AccessRule => ({
  apiGroups: [group], resources: [resource], verbs,
});

/** What the executor needs in a namespace whatever a release writes there. */
const always: readonly AccessRule[] = [
  rule('', 'namespaces', 'get'),
  rule('apps', 'deployments', 'get', 'list', 'watch', 'create', 'patch', 'delete'),
  rule('apps', 'deployments/scale', 'update'),
  rule('apps', 'replicasets', 'list', 'watch'),
  rule('', 'pods', 'list', 'watch'),
  rule('', 'pods/proxy', 'get'),
  // Their copies are deleted with their version.
  rule('', 'configmaps', 'get', 'list', 'create', 'patch', 'delete'),
  rule('', 'secrets', 'get', 'list', 'create', 'patch', 'delete'),
  rule('autoscaling', 'horizontalpodautoscalers', 'list', 'watch'),
  rule('', 'events', 'get', 'create', 'patch'),
];

/** Kinds that need other verbs than those that are created and changed. */
const verbsOf: Readonly<Record<string, readonly string[]>> = {
  // A Job is replaced, because it is immutable.
  'Job.batch': ['get', 'create', 'patch', 'delete'],
  PersistentVolumeClaim: ['get', 'create'],
};

/** What a router needs that shifts the weights of these resources. */
const byWeights = (group: string, ...resources: readonly string[]): readonly AccessRule[] => [
  ...resources.map((resource) => rule(group, resource, 'get', 'list', 'patch')),
  rule('', 'services', 'get', 'create', 'patch', 'delete'),
  rule('networking.k8s.io', 'networkpolicies', 'list'),
];

/** What a router reads and writes. */
const routerRules: Readonly<Record<RouterName, readonly AccessRule[]>> = {
  podRatio: [],
  gatewayApi: byWeights('gateway.networking.k8s.io', 'httproutes', 'grpcroutes'),
  istio: byWeights('networking.istio.io', 'virtualservices'),
  nginxIngress: [...byWeights('networking.k8s.io', 'ingresses'), rule('networking.k8s.io', 'ingresses', 'create', 'delete')],
  traefik: byWeights('traefik.io', 'traefikservices'),
  smi: byWeights('split.smi-spec.io', 'trafficsplits'),
  serviceSelector: [
    rule('', 'services', 'get', 'list', 'create', 'patch', 'delete'),
    rule('networking.k8s.io', 'networkpolicies', 'list'),
  ],
};

/** What a promotion needs to delete what a bundle no longer has, and to find the workloads that stay. */
const pruning: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...prunableKinds.map((row) => [idOf(row), ['list', 'delete']] as const), ['StatefulSet.apps', ['list']],
]);

/**
 * The rules of the executor's Role for the kinds with these ids: no wildcards, no kind that Alloy never writes.
 * `prune`: whether releases delete what their bundles no longer have, default true. `router`: default podRatio.
 */
export function executorRules(
  kinds: Iterable<string>, { prune = true, router = 'podRatio' }: { readonly prune?: boolean; readonly router?: RouterName } = {},
): readonly AccessRule[] {
  const written = [...kinds].filter((id) => neverWritten(id) === undefined);
  // A StatefulSet does not replace a broken pod of an earlier version.
  const pods = written.includes('StatefulSet.apps') ? [rule('', 'pods', 'delete')] : [];
  const verbs = (id: string) => [...(verbsOf[id] ?? ['get', 'create', 'patch']), ...(prune ? (pruning.get(id) ?? []) : [])];
  const kindRules = written.map((id) => rule(groupIn(id), pluralOf(id), ...new Set(verbs(id))));
  return merged([...always, ...pods, ...kindRules, ...routerRules[router]]);
}

const nameIn = (id: string): string => id.split('.', 1)[0]!;
const groupIn = (id: string): string => id.slice(nameIn(id).length + 1);

/** The resource of a kind; of one that Alloy does not know by the rule that most kinds follow. */
function pluralOf(id: string): string {
  const name = nameIn(id).toLowerCase();
  return knownKind(id)?.plural ?? (/(?:s|x|ch|sh)$/.test(name) ? `${name}es` : name.replace(/([^aeiou])y$/, '$1ie').concat('s'));
}

/** Kinds whose resource is not known but follows from a rule. */
export const guessedKinds = (kinds: Iterable<string>): readonly string[] => [...kinds].filter((id) => knownKind(id) === undefined);

/** One rule per resource. */
function merged(rules: readonly AccessRule[]): readonly AccessRule[] {
  const byResource = new Map<string, AccessRule>();
  for (const one of rules) {
    const key = `${one.apiGroups[0]}/${one.resources[0]}`;
    const known = byResource.get(key)?.verbs ?? [];
    byResource.set(key, { ...one, verbs: [...known, ...one.verbs.filter((verb) => !known.includes(verb))] });
  }
  return [...byResource.values()];
}
