import { statusError } from './status-error';

const status = (over: object) => JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', ...over });

describe('statusError', () => {
  it.each([
    [401, status({ reason: 'Unauthorized' }), 'unauthorized'],
    [403, status({ reason: 'Forbidden', message: 'pods is forbidden: User "x" cannot list resource "pods"' }), 'forbidden'],
    [403, status({ reason: 'Forbidden', message: 'pods "a" is forbidden: exceeded quota: small' }), 'admission_denied'],
    [400, status({ reason: 'BadRequest', message: 'admission webhook "policy.example" denied the request: no' }), 'admission_denied'],
    [403, status({ reason: 'Forbidden', details: { causes: [{ reason: 'NamespaceTerminating' }] } }), 'namespace_missing'],
    [404, status({ reason: 'NotFound', details: { kind: 'namespaces', name: 'x' } }), 'namespace_missing'],
    [404, status({ reason: 'NotFound', details: { kind: 'deployments', name: 'x' } }), 'not_found'],
    [409, status({ reason: 'AlreadyExists' }), 'already_exists'],
    [409, status({ reason: 'Conflict' }), 'conflict'],
    [409, status({ reason: 'Conflict', details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] } }), 'apply_conflict'],
    [410, status({ reason: 'Expired' }), 'gone'],
    [422, status({ reason: 'Invalid' }), 'invalid'],
    [429, status({ reason: 'TooManyRequests' }), 'too_many_requests'],
    [500, 'not json', 'server_error'],
    [
      500,
      status({
        message:
          'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): ' +
            '.spec.template.spec.containers: duplicate entries for key [name="x"]',
      }),
      'invalid',
    ],
    [
      500,
      status({
        message: 'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema',
      }),
      'invalid',
    ],
    [
      500,
      status({
        message:
          'failed to convert new object (shop/keys; /v1, Kind=Secret) to proper version: unable to ' +
            'convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0',
      }),
      'invalid',
    ],
    [
      500,
      status({
        message:
          "failed to convert new object (shop/web; apps/v1, Kind=Deployment) to proper version: " +
            "unable to convert unstructured object to apps/v1, Kind=Deployment: quantities must match the regular expression '^x$'",
      }),
      'invalid',
    ],
    [500, status({ message: 'etcdserver: request is too large' }), 'invalid'],
    [
      500,
      status({ message: 'rpc error: code = ResourceExhausted desc = trying to send message larger than max (2502454 vs. 2097152)' }),
      'invalid',
    ],
    [500, status({ message: 'etcdserver: request timed out' }), 'server_error'],
    [500, status({ message: 'failed to convert live object (shop/keys; /v1, Kind=Secret) to proper version: no' }), 'server_error'],
    [503, status({ message: 'failed to convert new object (shop/keys; /v1, Kind=Secret) to proper version: no' }), 'server_error'],
    [503, '', 'server_error'],
    [400, status({ reason: 'BadRequest', message: 'admission webhook "a.example" does not support dry run' }), 'dry_run_unsupported'],
  ])('maps %i %s to the code %s', (code, body, expected) => {
    expect(statusError(code, body, undefined, 'GET /x').code).toBe(expected);
  });

  it.each([
    ['7', {}, 7],
    [undefined, { retryAfterSeconds: 3 }, 3],
    ['soon', { retryAfterSeconds: 3 }, 3],
    ['86400', {}, 60],
    [new Date(Date.now() + 86_400_000).toUTCString(), {}, 60],
    [new Date(0).toUTCString(), {}, undefined],
    ['-1', {}, undefined],
    ['', {}, undefined],
  ])('reads Retry-After %j with details %j as %j seconds, and never waits longer than a minute', (header, details, seconds) => {
    expect(statusError(429, status({ details }), header, 'GET /x').details.retryAfterSeconds).toBe(seconds);
  });

  it('uses the plain-text body of a rejection by priority and fairness as the message', () => {
    expect(statusError(429, 'Too many requests, please try again later.\n', '1', 'GET /x').message).toBe(
      'GET /x: 429 Too many requests, please try again later.',
    );
  });

  it('names fields, and never contains values', () => {
    const message = 'Secret "keys" is invalid: data[key]: Invalid value: "s3cr\\"et": bad';
    expect(
      statusError(
        422,
        status({
          reason: 'Invalid',
          message,
          details: { causes: [{ reason: 'FieldValueInvalid', field: 'data[key]', message: 'Invalid value: "s3cret"' }] },
        }),
        undefined,
        'POST /x',
      ).message,
    ).toBe('POST /x: data[key] FieldValueInvalid');
    expect(statusError(422, status({ reason: 'Invalid', message }), undefined, 'POST /x').message).not.toContain('s3cr');
    const unfit =
      'failed to create typed patch object (shop/a; /v1, Kind=ConfigMap): .data.a: expected string, ' +
        'got &value.valueUnstructured{Value:77123}';
    expect(statusError(500, status({ message: unfit }), undefined, 'PATCH /x').message).toBe(
      'PATCH /x: 500 failed to create typed patch object (shop/a; /v1, Kind=ConfigMap): .data.a: expected string',
    );
  });

  const text = (code: number, body: object) => statusError(code, status(body), undefined, 'POST /x').message;

  it('names the path of a field that the kind does not have, and of a list item that occurs twice', () => {
    const strict =
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.containers[0].foo"';
    expect(text(400, { reason: 'BadRequest', message: strict })).toBe(
      'POST /x: 400 BadRequest Deployment in version "…" cannot be handled as a Deployment: ' +
        'strict decoding error: unknown field "spec.containers[0].foo"',
    );
    const path = '.spec.containers[name="web"].ports: duplicate entries for key [containerPort=8080,protocol="TCP"]';
    const message = `failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): ${path}`;
    expect(text(500, { message })).toBe(`POST /x: 500 ${message}`);
    expect(text(400, { message: 'cannot use [name="s3cret"] or unknown field "s3cret"' })).not.toContain('s3cret');
  });

  it.each([
    ['Forbidden: field is immutable when `immutable` is set', 'data FieldValueInvalid: field is immutable when `immutable` is set'],
    ["Forbidden: fields other than 'replicas' are forbidden", "data FieldValueInvalid: fields other than 'replicas' are forbidden"],
    ["Forbidden: may not be 'top s3cret'", 'data FieldValueInvalid'],
    ['Invalid value: "a: s3cret": field is immutable', 'data FieldValueInvalid: field is immutable'],
    ['Invalid value: {"a":"s3cret"}: field is immutable', 'data FieldValueInvalid: field is immutable'],
    ['Invalid value: "a: s3cret"', 'data FieldValueInvalid'],
    ['Invalid value: {"a":"x: s3cret"}', 'data FieldValueInvalid'],
    ['Unsupported value: "s3cret": supported values: "a"', 'data FieldValueInvalid'],
  ])('adds the explanation of the cause %s, without the value', (message, expected) => {
    const causes = [{ reason: 'FieldValueInvalid', field: 'data', message }];
    expect(text(422, { reason: 'Invalid', details: { causes } })).toBe(`POST /x: ${expected}`);
  });
});
