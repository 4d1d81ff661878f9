/**
 * Messages with which the API server answers 500 for ever, because the object does not fit its kind: server-side apply reports errors of its own as
 * internal ones. Since 1.21 the object stands in parentheses after what failed. Source: k8s.io/apimachinery, pkg/util/managedfields/internal/structuredmerge.go.
 */
const unfit: readonly RegExp[] = [
  // A value of a wrong type, a field that the kind does not have, two items of one key.
  /^failed to create typed patch object\b/,
  // A Secret that is not base64, a quantity or a time that can't be parsed.
  /^failed to convert new (?:typed )?object\b/,
  // Content that its version allows and the stored version can't express.
  /^failed to convert to unversioned\b/,
];

/** Whether a server error is about the object itself, so that the same object fails however often it is tried. */
export const isUnfit = (status: number, message: string): boolean => status === 500 && unfit.some((pattern) => pattern.test(message));
