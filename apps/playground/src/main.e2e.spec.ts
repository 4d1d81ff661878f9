import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually';

const main = join(__dirname, '../../../dist/apps/playground/main.js');

describe('the built playground', () => {
  const home = mkdtempSync(join(tmpdir(), 'alloy-playground-'));
  const running: ChildProcess[] = [];
  let output = '';

  const run = (env: Record<string, string>): ChildProcess => {
    output = '';
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        PLAYGROUND_HOME: join(home, 'playground'),
        PLAYGROUND_KUBECONFIG: join(home, 'kubeconfig'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    running.push(child);
    return child;
  };
  const ready = (): Promise<string> => eventually(() => {
    const { url } = JSON.parse(output.split('\n')[0]!) as { url?: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    return url!;
  });
  const objects = async (url: string): Promise<string[]> => {
    const authorization = `Bearer ${readFileSync(join(home, 'playground', 'token'), 'utf8').trim()}`;
    const response = await fetch(`${url}/api/v1/namespaces/default/configmaps`, { headers: { authorization } });
    const { items } = (await response.json()) as { items: { metadata: { name: string } }[] };
    return items.map(({ metadata }) => metadata.name);
  };

  afterAll(async () => {
    for (const child of running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    rmSync(home, { recursive: true });
  });

  it('says where it is, ends on SIGTERM, and has its objects again at the next start', async () => {
    const first = run({});
    const url = await ready();
    expect((await fetch(`${url}/readyz`)).ok).toBe(true);
    expect(readFileSync(join(home, 'kubeconfig'), 'utf8')).toContain(url.replace('http:', 'https:'));
    const authorization = `Bearer ${readFileSync(join(home, 'playground', 'token'), 'utf8').trim()}`;
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept' } });
    await fetch(`${url}/api/v1/namespaces/default/configmaps`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
    });
    first.kill('SIGTERM');
    expect(await once(first, 'close')).toEqual([0, null]);
    run({});
    expect(await objects(await ready())).toEqual(['kept']);
  });

  it('names the variable that is wrong, in one line', async () => {
    const [code] = (await once(run({ PORT: 'many' }), 'close')) as [number];
    expect(code).toBe(1);
    expect(output).toContain('PORT');
    expect(output.trimEnd().split('\n')).toHaveLength(1);
  });
});
