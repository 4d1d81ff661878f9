import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ClusterAccess, type Credentials } from './cluster-access';
import { loadKubeConfig, serviceAccount, type ClusterSource } from './kube-config';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'alloy-kubeconfig-'))));
afterEach(() => {
  jest.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

const write = (user: object, cluster: object = {}): string => {
  const path = join(dir, 'config');
  writeFileSync(path, stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: 'https://kube.test:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  }));
  return path;
};
const accessOf = (user: object, cluster?: object, environment: Partial<ClusterSource> = {}): ClusterAccess => {
  const kubeconfig = write(user, cluster);
  return new ClusterAccess(() => loadKubeConfig({ kubeconfig, ...environment }));
};
const authorizationOf = async (access: ClusterAccess): Promise<string | undefined> => (await access.credentials()).headers['authorization'];
const tlsOf = ({ tls: { ca, cert, key } }: Credentials): readonly string[] => [ca, cert, key].map(String);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a kubeconfig', () => {
  it('authenticates with a token, with basic authentication, by impersonation, and without credentials', async () => {
    expect(await authorizationOf(accessOf({ token: 't' }))).toBe('Bearer t');
    expect(await authorizationOf(accessOf({ username: 'a', password: 'b' }))).toBe(`Basic ${base64('a:b')}`);
    expect(await authorizationOf(accessOf({ username: 'a' }))).toBe(`Basic ${base64('a:')}`);
    expect(await authorizationOf(accessOf({ token: 't', username: 'a', password: 'b' }))).toBe('Bearer t');
    expect(await authorizationOf(accessOf({}))).toBeUndefined();
    expect((await accessOf({ token: 't', as: 'alloy' }).credentials()).headers).toEqual({
      authorization: 'Bearer t',
      'impersonate-user': 'alloy',
    });
  });

  it('authenticates with the content of a token file, without the newline, and prefers the file to a token', async () => {
    writeFileSync(join(dir, 'token'), 'one\n');
    expect(await authorizationOf(accessOf({ tokenFile: 'token', token: 'other' }))).toBe('Bearer one');
  });

  it('reads a token file again after a minute, and at once after the API server has refused the token', async () => {
    writeFileSync(join(dir, 'token'), 'one\n');
    const access = accessOf({ tokenFile: 'token' });
    const first = await access.credentials();
    writeFileSync(join(dir, 'token'), 'two\n');
    expect(await authorizationOf(access)).toBe('Bearer one');
    expect(access.renew(first)).toBe(true);
    expect(await authorizationOf(access)).toBe('Bearer two');
    writeFileSync(join(dir, 'token'), 'three\n');
    jest.useFakeTimers({ now: Date.now() + 61_000, doNotFake: ['nextTick', 'queueMicrotask', 'performance'] });
    expect(await authorizationOf(access)).toBe('Bearer three');
  });

  it('reads certificates from data or from files in its folder, and prefers the data', async () => {
    writeFileSync(join(dir, 'ca.crt'), 'CA');
    writeFileSync(join(dir, 'client.crt'), 'FILE');
    const user = { 'client-certificate': 'client.crt', 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') };
    const credentials = await accessOf(user, { 'certificate-authority': 'ca.crt', 'tls-server-name': 'kube' }).credentials();
    expect(tlsOf(credentials)).toEqual(['CA', 'CERT', 'KEY']);
    expect(tlsOf(await accessOf({ 'client-certificate': 'client.crt', 'client-certificate-data': '' }).credentials())[1]).toBe('FILE');
    expect(credentials.tls).toMatchObject({ servername: 'kube', rejectUnauthorized: true });
    expect((await accessOf({}, { 'insecure-skip-tls-verify': true }).credentials()).tls.rejectUnauthorized).toBe(false);
  });

  it('reads certificate files again for each request', async () => {
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(dir, name), `${name} 1`);
    const access = accessOf({ 'client-certificate': 'cert', 'client-key': 'key' }, { 'certificate-authority': 'ca' });
    expect(tlsOf(await access.credentials())).toEqual(['ca 1', 'cert 1', 'key 1']);
    for (const name of ['ca', 'cert', 'key']) writeFileSync(join(dir, name), `${name} 2`);
    expect(tlsOf(await access.credentials())).toEqual(['ca 2', 'cert 2', 'key 2']);
  });

  it('may name a server without TLS', async () => {
    const access = accessOf({ token: 't' }, { server: 'http://127.0.0.1:8001/' });
    expect(access.server).toBe('http://127.0.0.1:8001');
    expect(await authorizationOf(access)).toBe('Bearer t');
  });

  it('may name a proxy, which overrides HTTPS_PROXY', async () => {
    const environment = { httpsProxy: 'http://env.test:3128', noProxy: 'other.test' };
    const proxyOf = async (cluster: object, found?: Partial<ClusterSource>) => (await accessOf({}, cluster, found).credentials()).proxy;
    expect(await proxyOf({ 'proxy-url': 'http://proxy.test:3128' }, environment)).toBe('http://proxy.test:3128');
    expect(await proxyOf({}, environment)).toBe('http://env.test:3128');
    expect(await proxyOf({ server: 'https://other.test' }, environment)).toBeUndefined();
    expect(await proxyOf({})).toBeUndefined();
  });
});

describe('an unusable kubeconfig', () => {
  const load = (kubeconfig: string) => () => loadKubeConfig({ kubeconfig });

  it('is refused with one line that names the file and the field, and no secret', () => {
    expect(load(join(dir, 'absent'))).toThrow(/absent can't be read \(ENOENT\)/);
    writeFileSync(join(dir, 'bad'), 'token: s3cret');
    expect(load(join(dir, 'bad'))).toThrow(/bad is not a kubeconfig: current-context, contexts, clusters, users$/);
    writeFileSync(join(dir, 'text'), 'token: "s3cret');
    expect(load(join(dir, 'text'))).toThrow(/text is not YAML$/);
    expect(load(write({}, { server: 'kube.test' }))).toThrow(/config is not a kubeconfig: clusters.0.cluster.server$/);
    expect(load(write({ 'client-certificate': 'gone.crt' }))).toThrow(`config names ${join(dir, 'gone.crt')}, which can't be read`);
    const path = write({});
    writeFileSync(path, readFileSync(path, 'utf8').replace('user: u', 'user: absent'));
    expect(load(path)).toThrow('names the user absent but does not define it');
  });

  it('is refused if it contains a retired auth-provider, or impersonation fields that client-node ignores', () => {
    expect(load(write({ 'auth-provider': { name: 'gcp' } }))).toThrow(
      'user u has the auth-provider gcp, which Kubernetes has retired: use exec',
    );
    expect(load(write({ token: 't', as: 'a', 'as-groups': ['admins'] }))).toThrow(
      'user u has as-groups, which Alloy does not support: give the rights to the user that is impersonated',
    );
  });

  it('is refused if client-node could not renew its OIDC token', () => {
    const oidc = (config: object) => load(write({ 'auth-provider': { name: 'oidc', config } }));
    expect(oidc({ 'client-secret': 's3cret' })).toThrow(
      /user u has an oidc auth-provider with client-secret, which Alloy does not support: use an exec plugin$/,
    );
    expect(oidc({ 'idp-certificate-authority-data': 'x' })).toThrow(
      /with idp-certificate-authority-data, which Alloy does not support: use NODE_EXTRA_CA_CERTS$/,
    );
    expect(oidc({ 'client-secret': '' })).not.toThrow();
  });

  it('names a missing token file in the error', async () => {
    const access = accessOf({ tokenFile: 'token' });
    await expect(access.credentials()).rejects.toMatchObject({
      code: 'cluster_access',
      message: `the credentials of u can't be read (ENOENT): ${join(dir, 'token')}`,
    });
  });
});

describe('the service account of a pod', () => {
  const environment = process.env;
  beforeEach(() => (process.env = { ...environment }));
  afterEach(() => (process.env = environment));

  it('is used if ALLOY_KUBECONFIG is in-cluster', async () => {
    const folder = join(dir, 'var/run/secrets/kubernetes.io/serviceaccount');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ca.crt'), 'CA');
    writeFileSync(join(folder, 'token'), 'pod-token');
    Object.assign(process.env, { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' });
    const access = new ClusterAccess(() => serviceAccount(dir));
    const credentials = await access.credentials();
    expect([access.server, credentials.headers, tlsOf(credentials)[0]]).toEqual([
      'https://[fd00::1]:443',
      { authorization: 'Bearer pod-token' },
      'CA',
    ]);
    delete process.env['KUBERNETES_SERVICE_HOST'];
    expect(() => serviceAccount(dir)).toThrow('KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set');
  });

  it('is reported as missing outside a pod', () => {
    expect(() => loadKubeConfig({ kubeconfig: 'in-cluster' })).toThrow(
      expect.objectContaining({
        code: 'cluster_access',
        message: expect.stringMatching(/^ALLOY_KUBECONFIG is in-cluster, but .*\/ca.crt can't be read: this is not a pod/),
      }),
    );
  });
});
