import { apiVersionOf, eventsAlias, resourceTypes, type ResourceType, type Subresource } from '../resources';
import type { JsonObject } from './json';

const all = [...resourceTypes, eventsAlias];
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const reviews = { group: 'authorization.k8s.io', version: 'v1' };

/** The groups in the order of `kubectl api-versions`. */
const groups = [...new Set([...all.map(({ group }) => group), reviews.group])].filter((group) => group !== '');
const versionOf = (group: string): string => all.find((type) => type.group === group)?.version ?? reviews.version;
/** All served groups and versions. */
export const servedVersions = (): string[] => ['v1', ...groups.map((group) => `${group}/${versionOf(group)}`)];

const groupOf = (name: string): JsonObject => {
  const version = { groupVersion: `${name}/${versionOf(name)}`, version: versionOf(name) };
  return { name, versions: [version], preferredVersion: version };
};

/** The discovery document at a path; `undefined` for other paths. */
export function discovery(path: string, host: string): JsonObject | undefined {
  if (path === '/version')
    return {
      major: '1', minor: '37', gitVersion: 'v1.37.2+playground', gitCommit: '', gitTreeState: 'clean',
      buildDate: '1970-01-01T00:00:00Z', goVersion: 'go1.26', compiler: 'gc', platform: 'linux/amd64',
    };
  if (path === '/api')
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) };
  const group = /^\/apis\/([^/]+)$/.exec(path)?.[1];
  if (group !== undefined && groups.includes(group)) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group) };
  const served = servedVersions().find((version) => path === (version === 'v1' ? '/api/v1' : `/apis/${version}`));
  return served === undefined ? undefined : resourceList(served);
}

function resourceList(groupVersion: string): JsonObject {
  const types = all.filter((type) => apiVersionOf(type) === groupVersion);
  const review =
    groupVersion === 'authorization.k8s.io/v1'
      ? [
          {
            name: 'selfsubjectaccessreviews', singularName: 'selfsubjectaccessreview', namespaced: false,
            kind: 'SelfSubjectAccessReview',
            verbs: ['create'],
          },
        ]
      : [];
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [...types.flatMap(describe), ...review] };
}

function describe(type: ResourceType): JsonObject[] {
  const { resource, singular, namespaced, kind, shortNames, categories } = type;
  const main = {
    name: resource, singularName: singular, namespaced, kind, verbs,
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
  };
  return [
    main,
    ...type.subresources.map((subresource) => ({
      name: `${resource}/${subresource}`,
      singularName: '',
      namespaced,
      ...describeSubresource(type, subresource),
    })),
  ];
}

function describeSubresource({ kind }: ResourceType, subresource: Subresource): JsonObject {
  switch (subresource) {
    case 'status':
      return { kind, verbs: ['get', 'patch', 'update'] };
    case 'scale':
      return { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
    case 'resize':
      return { kind, verbs: ['get', 'patch', 'update'] };
    case 'log':
      return { kind, verbs: ['get'] };
    case 'proxy':
      return { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] };
  }
}
