import { accessRefusal } from './access-refusal';
import { ClusterError } from './errors';
import { ClusterAccessError } from './kubernetes/cluster-access-error';
import { statusError } from './kubernetes/status-error';

const GET = 'GET /apis/apps/v1/namespaces/shop/deployments/web';
const status = (code: number, message: string, over: object = {}): ClusterError =>
  statusError(code, JSON.stringify({ kind: 'Status', message, ...over }), undefined, GET);

describe('accessRefusal', () => {
  it.each([
    [
      'a refused connection',
      new ClusterError('unreachable', `${GET}: ECONNREFUSED`),
      'unreachable',
      "can't be reached (GET /apis/apps/v1/namespaces/shop/deployments/web: ECONNREFUSED): see that its API server runs",
    ],
    [
      'an API server without its database',
      status(500, 'etcdserver: request timed out', { reason: 'InternalError' }),
      'unreachable',
      'answers with errors',
    ],
    [
      'a rate limit',
      statusError(429, 'Too many requests, please try again later.', '1', GET),
      'unreachable',
      "rejects the executor's requests (GET /apis/apps/v1/namespaces/shop/deployments/web: 429 Too " +
        "many requests, please try again later.): see which FlowSchema",
    ],
    ['an expired token', status(401, 'Unauthorized', { reason: 'Unauthorized' }), 'unauthorized', 'renew the token in its kubeconfig'],
    [
      'a failed exec plugin',
      new ClusterAccessError('users[0].exec: exit code 1'),
      'unauthorized',
      'the executor cannot use its kubeconfig: users[0].exec: exit code 1',
    ],
    [
      'a missing right',
      status(
        403,
        'deployments.apps "web" is forbidden: User "system:serviceaccount:alloy:executor" cannot get ' +
          'resource "deployments" in API group "apps" in the namespace "shop"',
        { reason: 'Forbidden' },
      ),
      'forbidden',
      'the executor may not get deployments.apps in namespace shop (403): give its Role that right ' +
        '(deploy/rbac), or create the namespace if it is missing',
    ],
    [
      'a missing right on the core API group',
      status(403, 'secrets is forbidden: User "x" cannot list resource "secrets" in API group "" in the namespace "shop"', {
        reason: 'Forbidden',
      }),
      'forbidden',
      'may not list secrets in namespace shop (403)',
    ],
    [
      'a missing right at cluster scope',
      status(403, 'nodes is forbidden: User "x" cannot list resource "nodes" in API group "" at the cluster scope', {
        reason: 'Forbidden',
      }),
      'forbidden',
      'may not list nodes in the whole cluster',
    ],
    [
      'a 403 whose message does not name the missing right',
      status(403, 'no', { reason: 'Forbidden' }),
      'forbidden',
      'give its Role that right',
    ],
    [
      'a namespace that does not exist',
      status(404, 'namespaces "shop" not found', { reason: 'NotFound', details: { kind: 'namespaces', name: 'shop' } }),
      'namespace_missing',
      'namespace shop does not exist, or is being deleted: create it (kubectl create namespace shop)',
    ],
    [
      'a namespace that is being deleted',
      status(403, 'being terminated', { reason: 'Forbidden', details: { causes: [{ reason: 'NamespaceTerminating' }] } }),
      'namespace_missing',
      'create it',
    ],
  ] as const)('returns the code and what the user can do for %s', (_name, error, code, text) => {
    expect(accessRefusal(error, 'executor')).toEqual({ code, text: expect.stringContaining(text) });
  });

  it.each([
    ['an object that has changed since it was read', new ClusterError('conflict', 'x')],
    ['an invalid object', new ClusterError('invalid', 'x')],
    ['an error that is not a ClusterError', new Error('x')],
  ])('returns undefined for %s', (_name, error) => expect(accessRefusal(error, 'watcher')).toBeUndefined());
});
