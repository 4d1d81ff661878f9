import https from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { selfSignedCertificate } from '@alloy/playground';
import { answer, TestNetwork, type Listening } from '../testing/test-network';

let network: TestNetwork;
beforeEach(() => (network = new TestNetwork()));
afterEach(() => network.close());

describe('the OIDC token of a kubeconfig', () => {
  afterEach(() => void jest.restoreAllMocks());
  const seconds = (): number => Math.floor(Date.now() / 1000);
  const jwt = (jti: string, exp: number, iss?: string): string =>
    [JSON.stringify({ alg: 'RS256' }), JSON.stringify({ jti, exp, iss, sub: 'u', aud: 'alloy', iat: seconds() }), 'signature']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.');

  const issuer = async (status: number) => {
    const certificate = selfSignedCertificate();
    const grants: string[] = [];
    const trusted = getCACertificates('default');
    setDefaultCACertificates([certificate.cert]);
    network.onClose(() => setDefaultCACertificates(trusted));
    const server: Listening = await network.listen(https.createServer(certificate, (request, response) => {
      const url = `https://127.0.0.1:${server.port}`;
      if (request.method === 'GET') return answer(response as never, { issuer: url, token_endpoint: `${url}/token` });
      void request.setEncoding('utf8').toArray().then((form) => {
        grants.push(`${request.url} ${new URLSearchParams(form.join('')).get('refresh_token')}`);
        answer(
          response as never,
          status === 200
            ? {
                access_token: 'a',
                token_type: 'bearer',
                expires_in: 3600,
                id_token: jwt(`renewal ${grants.length}`, seconds() + 3600, url),
              }
            : { error: 'invalid_grant', error_description: 's3cret' },
          status,
        );
      });
    }));
    const user = (idToken: string, config: object = {}) => ({
      'auth-provider': {
        name: 'oidc',
        config: {
          'client-id': 'alloy',
          'id-token': idToken,
          'refresh-token': 's3cret',
          'idp-issuer-url': `https://127.0.0.1:${server.port}`,
          ...config,
        },
      },
    });
    return { grants, user };
  };
  const server = { server: 'https://kube.test' };

  it('is used while it is valid', async () => {
    const { grants, user } = await issuer(200);
    const token = jwt('given', seconds() + 3600);
    expect((await network.access(server, user(token)).credentials()).headers).toEqual({ authorization: `Bearer ${token}` });
    expect(grants).toEqual([]);
  });

  it('is renewed whenever it has expired, once for all requests, with the same refresh token if the issuer returns no other', async () => {
    const { grants, user } = await issuer(200);
    const access = network.access(server, user(jwt('expired', 1)));
    const idOf = async (): Promise<string> =>
      (
        JSON.parse(Buffer.from((await access.credentials()).headers['authorization']!.split('.')[1]!, 'base64url').toString()) as {
          jti: string;
        }
      ).jti;
    expect(await Promise.all([idOf(), idOf()])).toEqual(['renewal 1', 'renewal 1']);
    expect(await idOf()).toBe('renewal 1');
    const later = Date.now() + 3_601_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    expect([await idOf(), await idOf()]).toEqual(['renewal 2', 'renewal 2']);
    expect(grants).toEqual(['/token s3cret', '/token s3cret']);
  });

  it('is not replaced by the older token of the kubeconfig when the API server refuses it', async () => {
    const { user } = await issuer(200);
    const access = network.access(server, user(jwt('expired', 1)));
    expect(access.renew(await access.credentials())).toBe(false);
  });

  it('is read from the kubeconfig again after its refresh token was revoked', async () => {
    const { user } = await issuer(400);
    const access = network.access(server, user(jwt('expired', 1)));
    await expect(access.credentials()).rejects.toMatchObject({ code: 'cluster_access' });
    const token = jwt('logged in again', seconds() + 3600);
    network.access(server, user(token));
    await expect(access.credentials()).rejects.toMatchObject({ code: 'cluster_access' });
    expect((await access.credentials()).headers).toEqual({ authorization: `Bearer ${token}` });
  });

  it('is reported as expired, without the response of the issuer, if it cannot be renewed', async () => {
    const { user } = await issuer(400);
    const failed = /^the id-token of u has expired and was not renewed at https:\/\/127.0.0.1:\d+\/( \(\w+\))?: log in again$/;
    await expect(network.access(server, user(jwt('expired', 1))).credentials()).rejects.toMatchObject({
      code: 'cluster_access',
      message: expect.stringMatching(failed),
    });
    await expect(network.access(server, user(jwt('expired', 1), { 'refresh-token': undefined })).credentials()).rejects.toMatchObject({
      message: expect.stringMatching(failed),
    });
  });
});
