import { join } from 'node:path';
import { Runner } from './runner';

const root = join(__dirname, '..', '..');

describe('a part of npm run test:long', () => {
  let runner: Runner;
  beforeEach(() => void (runner = new Runner()));
  afterEach(() => runner.close());

  /** The counts that the part prints as one line of JSON after its own output. */
  const play = async (shell: string): Promise<unknown> => {
    const code = `import { runPart } from '${join(root, 'scripts', 'lib', 'run-part.mjs')}'; console.log(JSON.stringify(await runPart(['sh', '-c', ${JSON.stringify(shell)}], {})));`;
    return JSON.parse((await runner.run(process.execPath, ['--input-type=module', '--eval', code])).lastLine!);
  };

  it.each([
    [
      'counts the tests by its closing line',
      'echo a line; echo 3 passed, 1 failed, 2 skipped; exit 1',
      { passed: 3, failed: 1, skipped: 2 },
    ],
    ['counts no failure if all tests passed', 'echo 3 passed, 0 failed, 0 skipped', { passed: 3, failed: 0, skipped: 0 }],
    ['counts one failure without a closing line, though it exits 0', 'echo done', { passed: 0, failed: 1, skipped: 0 }],
    [
      'counts one failure if it exits 1 though its closing line counts none',
      'echo 3 passed, 0 failed, 0 skipped; exit 1',
      { passed: 3, failed: 1, skipped: 0 },
    ],
    ['counts one failure if a signal ends it', 'echo 3 passed, 0 failed, 0 skipped; kill -9 $$', { passed: 3, failed: 1, skipped: 0 }],
  ])('%s', async (_, shell, counts) => {
    expect(await play(shell)).toEqual(counts);
  });

  it('is named in the error if it does not exist', async () => {
    const { code, stderr } = await runner.script('test-long.mjs', ['nothing']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^there is no part nothing of test:long; there are control-plane-1\.\d+\.\d+/);
  });
});
