/** What of an answer says whether admission denied the write. */
export interface Answer {
  readonly status: number;
  readonly message: string;
}

/**
 * `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: …` with 403, 413 or 422, as the policy's `reason` asks;
 * a MutatingAdmissionPolicy that can't be evaluated: `policy 'p' with binding 'b' denied request: …` with 403.
 * Source: k8s.io/apiserver, pkg/admission/plugin/policy.
 */
const BY_POLICY = /\w*policy ['"][^'"]+['"](?: with binding ['"][^'"]+['"])? denied request: .*/is;
/** With the status that the webhook chose, 400 and above; where it chose 429 or 5xx it may decide otherwise later. Source: k8s.io/apiserver, pkg/admission/plugin/webhook/errors. */
const BY_WEBHOOK = /admission webhook ".*?" denied the request(?::| without explanation).*/s;
/** Quota, limits, PodSecurity and any other built-in plugin: 403, which authorization answers too, but with the user's name. Source: k8s.io/apiserver, pkg/admission/errors.go. */
const BY_PLUGIN = /^\S+ (?:".*?" )?is forbidden: (?!User ").+/s;

/** The sentence with which a policy, a webhook or a built-in plugin denied the write; undefined: admission did not deny it, or may decide otherwise later. */
export function admissionDenial({ status, message }: Answer): string | undefined {
  const denied = BY_POLICY.exec(message) ?? (status < 500 && status !== 429 ? BY_WEBHOOK.exec(message) : null) ?? (status === 403 ? BY_PLUGIN.exec(message) : null);
  return denied?.[0];
}
