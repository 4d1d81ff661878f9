/** Messages of 500s that are caused by the object itself, so that each retry fails. Observed on Kubernetes 1.37. */
const permanent: readonly RegExp[] = [
  // Server-side apply reports an invalid object as an internal error; before 1.21 without the object in parentheses.
  // Source: k8s.io/apimachinery, pkg/util/managedfields/internal/structuredmerge.go.
  // A value of a wrong type, a field that the kind does not have, or two list items with one key.
  /^failed to create typed patch object\b/,
  // A Secret that is not base64, an invalid quantity or time, or a fraction instead of an integer.
  /^failed to convert new (?:typed )?object\b/,
  // Content that the stored version cannot represent.
  /^failed to convert to unversioned\b/,
  // An object above etcd's --max-request-bytes (1.5 MiB), and one above the limit of the API server's client of etcd (2
  // MiB).
  /^etcdserver: request is too large\b/,
  /\btrying to send message larger than max\b/,
];

/** Whether a server error is caused by the object itself, so that the same write always fails. */
export const isPermanent = (status: number, message: string): boolean =>
  status === 500 && permanent.some((pattern) => pattern.test(message));
