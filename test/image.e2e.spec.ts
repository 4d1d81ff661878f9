import { services } from '@alloy/contracts';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..');
const [, entrypoint] = /^ENTRYPOINT (.+)$/m.exec(readFileSync(join(root, 'deploy', 'Dockerfile'), 'utf8'))!;

/** What the image holds, without an engine: what was built and nothing else, started as the Dockerfile says. */
describe('what the image runs', () => {
  const image = mkdtempSync(join(tmpdir(), 'alloy-image-'));
  beforeAll(() => {
    for (const app of [...services, 'migrate']) cpSync(join(root, 'dist', 'apps', app, 'main.js'), join(image, 'dist', 'apps', app, 'main.js'));
  });
  afterAll(() => rmSync(image, { recursive: true, force: true }));

  it.each([...services, 'migrate'])('is %s, which needs no packages, and says which variable it misses', async (app) => {
    const [command, ...args] = (JSON.parse(entrypoint!) as string[]).map((arg) => arg.replace('/alloy/', `${image}/`));
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile(command!, [...args, app], { cwd: image, env: { PATH: process.env['PATH'] } }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
    });
    expect(output).toContain('DATABASE_URL');
    expect(output).not.toContain('Cannot find module');
    expect(code).toBe(1);
  });
});
