import { seenRequest } from './seen-requests';

const exchange = {
  method: 'PUT',
  path: '/apis/apps/v1/namespaces/shop/deployments/web/scale?fieldManager=alloy',
  asked: '{"metadata":{"resourceVersion":"5"}}',
  status: 200,
  answered: '{"metadata":{"resourceVersion":"7"}}',
  begun: 1,
  ended: 2,
};

it('has the object, the precondition, and the response of the recorded request', () => {
  expect(seenRequest(exchange)).toEqual({
    method: 'PUT', namespace: 'shop', object: 'Deployment/web', subresource: 'scale', query: 'fieldManager=alloy',
    status: 200, sentVersion: 5, gotVersion: 7, uid: undefined, begun: 1, ended: 2,
  });
  expect(seenRequest({ ...exchange, status: 409 })).toMatchObject({ gotVersion: undefined });
  expect(seenRequest({ ...exchange, method: 'DELETE', asked: '{"preconditions":{"uid":"u","resourceVersion":"4"}}' })).toMatchObject({
    uid: 'u',
    sentVersion: 4,
  });
  expect(
    seenRequest({ ...exchange, method: 'PATCH', asked: '[{"op":"replace","path":"/metadata/resourceVersion","value":"6"}]' }),
  ).toMatchObject({ sentVersion: 6 });
  expect(
    seenRequest({ ...exchange, method: 'POST', path: '/api/v1/namespaces/shop/secrets', asked: '{"metadata":{"name":"keys"}}' }),
  ).toMatchObject({ object: 'Secret/keys', sentVersion: undefined });
  expect(seenRequest({ ...exchange, method: 'GET', path: '/api/v1/namespaces/shop/pods', asked: '' })).toMatchObject({
    object: 'Pod',
    gotVersion: 7,
  });
});

it('skips requests outside of namespaces and dry runs, and throws for an unknown kind', () => {
  expect(seenRequest({ ...exchange, method: 'PATCH', path: '/api/v1/namespaces/shop/services/web?dryRun=All' })).toBeUndefined();
  expect(seenRequest({ ...exchange, path: '/apis/apps/v1' })).toBeUndefined();
  expect(() => seenRequest({ ...exchange, path: '/api/v1/namespaces/shop/gadgets/web' })).toThrow('does not know gadgets');
});
