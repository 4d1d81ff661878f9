import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** Runs `npm run chaos` with these arguments. */
function chaos(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly last: string; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'chaos.mjs'), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 300_000,
  });
  return { status, last: stdout.trim().split('\n').at(-1)!, text: `${stdout}${stderr}` };
}

describe('the runner of the chaos suite', () => {
  it('exits with code 1 if a promise is broken on purpose, and prints the command that reproduces it', () => {
    const { status, last, text } = chaos(['--seed', '4', '--releases', '1', '--sabotage', 'orphan-canary']);
    expect(text).toContain('"web-canary"');
    expect(text).toContain('chaos failed: seeds 4');
    expect(text).toContain('reproduce: npm run chaos -- --seed 4');
    expect([status, last]).toEqual([1, '0 passed, 1 failed, 0 skipped']);
  });

  it('exits with code 1 if the run cannot be completed', () => {
    expect(chaos(['--releases', '1'], { ALLOY_POSTGRES_BIN: join(root, 'nowhere') })).toMatchObject({
      status: 1,
      last: '0 passed, 1 failed, 0 skipped',
      text: expect.stringContaining('chaos failed: the run could not be completed'),
    });
  });

  it('exits with code 1 for an invalid value and for an unknown option', () => {
    expect(chaos(['--releases', 'many'])).toMatchObject({ status: 1, text: expect.stringContaining('--releases must be a whole number') });
    expect(chaos(['--no-such-option'])).toMatchObject({ status: 1 });
  });
});
