/** Messages that the API server answers with 500 for ever, because of the object itself. One row for each, seen on 1.37. */
const permanent: readonly RegExp[] = [
  // Server-side apply reports what is wrong with the object as an internal error; before 1.21 without the object in parentheses.
  // Source: k8s.io/apimachinery, pkg/util/managedfields/internal/structuredmerge.go.
  // A value of a wrong type, a field that the kind does not have, two items of one key.
  /^failed to create typed patch object\b/,
  // A Secret that is not base64, a quantity or a time that can't be parsed, a fraction for a whole number.
  /^failed to convert new (?:typed )?object\b/,
  // Content that the stored version can't express.
  /^failed to convert to unversioned\b/,
  // Over etcd's --max-request-bytes (1.5 MiB), and over what the API server sends to it (2 MiB).
  /^etcdserver: request is too large\b/,
  /\btrying to send message larger than max\b/,
];

/** Whether a server error is about the object itself, so that the same write fails however often it is tried. */
export const isPermanent = (status: number, message: string): boolean => status === 500 && permanent.some((pattern) => pattern.test(message));
