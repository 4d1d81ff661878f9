/** The parts of a response that show whether admission denied the write. */
export interface Answer {
  readonly status: number;
  readonly message: string;
}

/**
 * A ValidatingAdmissionPolicy: `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: …` with 403, 413 or 422,
 * according to the `reason` of the policy. A MutatingAdmissionPolicy that can't be evaluated: `policy 'p' with binding
 * 'b' denied request: …` with 403. Source: k8s.io/apiserver, pkg/admission/plugin/policy.
 */
const BY_POLICY = /\w*policy ['"][^'"]+['"](?: with binding ['"][^'"]+['"])? denied request: .*/is;
/**
 * A webhook, with the status that it chose, 400 or above. After 429 or 5xx it may decide otherwise later. Source:
 * k8s.io/apiserver, pkg/admission/plugin/webhook/errors.
 */
const BY_WEBHOOK = /admission webhook ".*?" denied the request(?::| without explanation).*/s;
/**
 * A built-in plugin (quota, limits, PodSecurity and others): 403. Authorization also answers 403, but its message names
 * the user. Source: k8s.io/apiserver, pkg/admission/errors.go.
 */
const BY_PLUGIN = /^\S+ (?:".*?" )?is forbidden: (?!User ").+/s;

/**
 * The message with which a policy, a webhook or a built-in plugin denied the write. Undefined: admission did not deny
 * it, or may decide otherwise later.
 */
export function admissionDenial({ status, message }: Answer): string | undefined {
  const denied =
    BY_POLICY.exec(message) ??
    (status < 500 && status !== 429 ? BY_WEBHOOK.exec(message) : null) ??
    (status === 403 ? BY_PLUGIN.exec(message) : null);
  return denied?.[0];
}
