import childProcess from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterAccess } from './cluster-access';
import { loadKubeConfig } from './kube-config';

describe('the exec plugin of a kubeconfig', () => {
  let dir: string;
  let now: number;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'alloy-exec-'));
    now = 100_000;
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(dir, { recursive: true, force: true });
  });

  const calls = (): number => (existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8').split('\n').length - 1 : 0);
  /**
   * Access with a plugin whose nth call prints the nth of `answers`, or the last one. Its paths are relative because it
   * runs in the folder of the kubeconfig.
   */
  const accessBy = (answers: readonly string[], after = ''): ClusterAccess => {
    answers.forEach((answer, index) => writeFileSync(join(dir, `answer-${index + 1}`), answer));
    const choose = `n=$(wc -l < calls); [ -f answer-$n ] || n=${answers.length}`;
    const script = `echo "$KUBERNETES_EXEC_INFO $PLUGIN" >> calls; ${choose}; cat answer-$n; ${after}`;
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'sh',
      args: ['-c', script],
      env: [{ name: 'PLUGIN', value: 'cloud' }],
    };
    const kubeconfig = join(dir, 'config');
    writeFileSync(kubeconfig, JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: 'https://kube.test' } }],
      users: [{ name: 'u', user: { exec } }],
    }));
    return new ClusterAccess(() => loadKubeConfig({ kubeconfig }), () => now);
  };
  const credential = (token: string, expirationTimestamp?: string): string =>
    JSON.stringify({ kind: 'ExecCredential', status: { token, expirationTimestamp } });
  const tokenOf = async (access: ClusterAccess): Promise<string | undefined> => (await access.credentials()).headers['authorization'];

  it('runs once for many requests while its token is valid, with the variable KUBERNETES_EXEC_INFO', async () => {
    const access = accessBy([credential('one', '2999-01-01T00:00:00Z')]);
    expect(await Promise.all([tokenOf(access), tokenOf(access)])).toEqual(['Bearer one', 'Bearer one']);
    expect(await tokenOf(access)).toBe('Bearer one');
    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}} cloud\n',
    );
  });

  it('runs again once its token has expired', async () => {
    const access = accessBy([credential('one', '2020-01-01T00:00:00Z'), credential('two', '2999-01-01T00:00:00Z')]);
    expect([await tokenOf(access), await tokenOf(access), await tokenOf(access)]).toEqual(['Bearer one', 'Bearer two', 'Bearer two']);
  });

  it('runs again after the API server has refused its token, at most every ten seconds', async () => {
    const access = accessBy([credential('one'), credential('two'), credential('three')]);
    const first = await access.credentials();
    expect(access.renew(first)).toBe(true);
    // The API server refused another request with the same token.
    expect(access.renew(first)).toBe(true);
    const second = await access.credentials();
    expect(second.headers['authorization']).toBe('Bearer two');
    expect(access.renew(second)).toBe(false);
    now += 10_000;
    expect(access.renew(second)).toBe(true);
    expect(await tokenOf(access)).toBe('Bearer three');
  });

  it('may return a client certificate instead of a token', async () => {
    const access = accessBy([JSON.stringify({ kind: 'ExecCredential', status: { clientCertificateData: 'CERT', clientKeyData: 'KEY' } })]);
    expect((await access.credentials()).tls).toMatchObject({ cert: 'CERT', key: 'KEY' });
  });

  it('is named in the error if it fails or prints no credential, without its output, and runs again for the next request', async () => {
    const noCredential = {
      code: 'cluster_access',
      message: 'sh, which the kubeconfig names for credentials, gave no ExecCredential with a token or a client certificate',
    };
    const access = accessBy(['s3cret', '{}', JSON.stringify({ status: {} }), credential('good')]);
    for (let call = 0; call < 3; call += 1) await expect(access.credentials()).rejects.toMatchObject(noCredential);
    expect(await tokenOf(access)).toBe('Bearer good');
    const failing = accessBy(['s3cret'], 'echo s3cret >&2; exit 1');
    await expect(failing.credentials()).rejects.toMatchObject({
      code: 'cluster_access',
      message: 'sh, which the kubeconfig names for credentials, failed: run it as the user of this process to see why',
    });
  });

  it('is killed after 30 s', async () => {
    const spawn = jest.spyOn(childProcess, 'spawn');
    await accessBy([credential('one')]).credentials();
    expect(spawn).toHaveBeenCalledWith('sh', expect.anything(), expect.objectContaining({ timeout: 30_000, killSignal: 'SIGKILL' }));
  });

  it('is named in the error if it is not installed', async () => {
    const kubeconfig = join(dir, 'config');
    accessBy([]);
    writeFileSync(kubeconfig, readFileSync(kubeconfig, 'utf8').replace('"command":"sh"', '"command":"no-such-plugin"'));
    const access = new ClusterAccess(() => loadKubeConfig({ kubeconfig }));
    await expect(access.credentials()).rejects.toThrow('no-such-plugin, which the kubeconfig names for credentials, failed (ENOENT)');
    expect(calls()).toBe(0);
  });
});
