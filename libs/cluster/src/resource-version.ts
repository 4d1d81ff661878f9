const NUMBER = /^\d+$/;

/** Whether the first resource version is as new as the second. They are integers, which Kubernetes promises since 1.35 and etcd's revisions always were; others are compared for equality. */
export const isAtLeast = (version = '', other = ''): boolean => (NUMBER.test(version) && NUMBER.test(other) ? BigInt(version) >= BigInt(other) : version === other);
