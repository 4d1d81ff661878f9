import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../package.json';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-package-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('npm installs the CLI package without any other package, and both of its commands run', () => {
  const printed = execFileSync(process.execPath, ['scripts/pack-cli.mjs', folder, '@acme/alloy'], {
    cwd: join(__dirname, '..'),
    encoding: 'utf8',
  });
  const [file] = printed.trim().split('\n').slice(-1);
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--prefix', join(folder, 'installed'), file!], {
    cwd: folder,
    stdio: 'ignore',
  });
  const run = (command: string, ...args: string[]) =>
    execFileSync(join(folder, 'installed', 'node_modules', '.bin', command), args, { cwd: folder, encoding: 'utf8' });
  expect(run('alloy', 'version')).toBe(`alloy ${version}\n`);
  expect(run('kubectl-alloy', '--help')).toContain('alloy');
});
