const NUMBER = /^\d+$/;

/**
 * Whether the first resource version is at least as new as the second. Resource versions are integers: Kubernetes
 * guarantees this since 1.35, and the revisions of etcd always were. Versions in another format are compared for
 * equality.
 */
export const isAtLeast = (version = '', other = ''): boolean =>
  NUMBER.test(version) && NUMBER.test(other) ? BigInt(version) >= BigInt(other) : version === other;
