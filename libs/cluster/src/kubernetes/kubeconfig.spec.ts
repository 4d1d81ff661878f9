import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { inClusterAccess } from './in-cluster';
import { readKubeconfig } from './kubeconfig';

describe('cluster access', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'alloy-kubeconfig-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const write = (user: object, cluster: object = {}): string => {
    const path = join(dir, 'config');
    writeFileSync(path, stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
      users: [{ name: 'u', user }],
    }));
    return path;
  };
  const authorization = async (user: object) => (await readKubeconfig(write(user))).authorization();

  it('takes tokens, token files that are rotated, basic, and none', async () => {
    expect(await authorization({ token: 't' })).toBe('Bearer t');
    expect(await authorization({ username: 'a', password: 'b' })).toBe(`Basic ${Buffer.from('a:b').toString('base64')}`);
    expect(await authorization({})).toBeUndefined();
    writeFileSync(join(dir, 'token'), 'one\n');
    const access = await readKubeconfig(write({ tokenFile: 'token' }));
    expect(await access.authorization()).toBe('Bearer one');
    writeFileSync(join(dir, 'token'), 'two\n');
    expect(await access.authorization()).toBe('Bearer two');
  });

  it('takes certificates as data or as files beside the kubeconfig', async () => {
    writeFileSync(join(dir, 'ca.crt'), 'CA');
    const path = write({ 'client-certificate-data': Buffer.from('CERT').toString('base64'), 'client-key-data': Buffer.from('KEY').toString('base64') }, { 'certificate-authority': 'ca.crt', 'tls-server-name': 'kube' });
    const access = await readKubeconfig(path);
    expect([access.ca, access.cert, access.key].map(String)).toEqual(['CA', 'CERT', 'KEY']);
    expect(access).toMatchObject({ servername: 'kube', rejectUnauthorized: true });
  });

  it('asks an exec plugin once, as long as its token is good', async () => {
    const credential = JSON.stringify({ kind: 'ExecCredential', status: { token: 'from-plugin', expirationTimestamp: '2999-01-01T00:00:00Z' } });
    const script = `echo "$COUNT" >> calls; echo '${credential}'`;
    const access = await readKubeconfig(write({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script], env: [{ name: 'COUNT', value: 'x' }] } }));
    expect([await access.authorization(), await access.authorization()]).toEqual(['Bearer from-plugin', 'Bearer from-plugin']);
    const talking = await readKubeconfig(write({ exec: { apiVersion: 'v1', command: 'echo', args: ['s3cret'] } }));
    await expect(talking.authorization()).rejects.toThrow(expect.objectContaining({ code: 'cluster_access', message: 'echo, which the kubeconfig names for credentials, gave no ExecCredential with a token' }));
    const broken = await readKubeconfig(write({ exec: { apiVersion: 'v1', command: 'false' } }));
    await expect(broken.authorization()).rejects.toMatchObject({ code: 'cluster_access' });
  });

  it('says in one line what is wrong with a file, and never a secret', async () => {
    await expect(readKubeconfig(join(dir, 'absent'))).rejects.toThrow(/absent can't be read \(ENOENT\)/);
    await expect(readKubeconfig(write({ 'auth-provider': { name: 'gcp' } }))).rejects.toThrow(/retired/);
    writeFileSync(join(dir, 'bad'), 'token: s3cret');
    await expect(readKubeconfig(join(dir, 'bad'))).rejects.toThrow(/is not a kubeconfig: current-context, contexts, clusters, users$/);
  });

  it('uses a pod\'s service account', async () => {
    writeFileSync(join(dir, 'ca.crt'), 'CA');
    writeFileSync(join(dir, 'token'), 'pod-token');
    const access = await inClusterAccess('fd00::1', '443', dir);
    expect(access.server.href).toBe('https://[fd00::1]/');
    expect(await access.authorization()).toBe('Bearer pod-token');
    await expect(inClusterAccess('10.0.0.1', '443', join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'cluster_access' });
  });
});
