import { admissionDenial } from './admission-denial';
import { statusError } from './status-error';

const policy = "ValidatingAdmissionPolicy 'replica-limit' with binding 'replica-limit-shop' denied request: at most 5 replicas";

describe('admissionDenial', () => {
  it.each([
    [422, `deployments.apps "web" is forbidden: ${policy}`, policy],
    [403, `deployments.apps "web" is forbidden: ${policy}`, policy],
    [413, `deployments.apps "web" is forbidden: ${policy}`, policy],
    [
      422,
      'configmaps "a" is forbidden: ValidatingAdmissionPolicy \'p\' denied request: failed to configure policy: no params',
      "ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: no params",
    ],
    [
      403,
      "policy 'm' with binding 'b' denied request: expression \"x\" resulted in error",
      "policy 'm' with binding 'b' denied request: expression \"x\" resulted in error",
    ],
    [400, 'admission webhook "policy.example" denied the request: no', 'admission webhook "policy.example" denied the request: no'],
    [
      404,
      'admission webhook "policy.example" denied the request: no team',
      'admission webhook "policy.example" denied the request: no team',
    ],
    [
      409,
      'admission webhook "policy.example" denied the request without explanation',
      'admission webhook "policy.example" denied the request without explanation',
    ],
    [403, 'pods "a" is forbidden: exceeded quota: small', 'pods "a" is forbidden: exceeded quota: small'],
    [
      403,
      'pods "a" is forbidden: violates PodSecurity "restricted:latest": privileged',
      'pods "a" is forbidden: violates PodSecurity "restricted:latest": privileged',
    ],
    [
      403,
      'deployments.apps "web" is forbidden: maximum cpu usage per Container is 1',
      'deployments.apps "web" is forbidden: maximum cpu usage per Container is 1',
    ],
  ])('returns the denial in a response with %i %s', (status, message, denial) => {
    expect(admissionDenial({ status, message })).toBe(denial);
  });

  it.each([
    [
      'a missing right',
      403,
      'deployments.apps "web" is forbidden: User "x" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
    ],
    [
      'a missing right on a collection',
      403,
      'pods is forbidden: User "x" cannot list resource "pods" in API group "" in the namespace "shop"',
    ],
    ['a webhook that failed', 500, 'admission webhook "policy.example" denied the request: database away'],
    ['a webhook that answers 429', 429, 'admission webhook "policy.example" denied the request: later'],
    ['a webhook that did not answer', 500, 'Internal error occurred: failed calling webhook "policy.example": context deadline exceeded'],
    ['an invalid object', 422, 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1'],
    ['a refusal by a proxy', 403, 'no'],
  ])('returns undefined for %s', (_name, status, message) => {
    expect(admissionDenial({ status, message })).toBeUndefined();
  });

  it('sets the code and the whole message of the error, also if the policy gives a cause without a field', () => {
    const body = {
      kind: 'Status',
      status: 'Failure',
      reason: 'Invalid',
      code: 422,
      message: `deployments.apps "web" is forbidden: ${policy}`,
      details: { name: 'web', group: 'apps', kind: 'deployments', causes: [{ message: policy }] },
    };
    expect(statusError(422, JSON.stringify(body), undefined, 'PATCH /web')).toMatchObject({
      code: 'admission_denied',
      message: `PATCH /web: ${policy}`,
    });
  });
});
