import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Runner } from './runner';

const root = join(__dirname, '..', '..');
const preload = ['--require', join(__dirname, 'empty-event-loop.cjs')];

describe('a program whose event loop runs empty before its result is known', () => {
  let runner: Runner;
  beforeEach(() => void (runner = new Runner()));
  afterEach(() => runner.close());

  it.each([
    ['awaits a promise that never settles', 'await new Promise(() => undefined);'],
    [
      'waits for an unreferenced child process',
      "const child = (await import('node:child_process')).spawn('cat'); await new Promise((resolve) => child.once('exit', resolve));",
    ],
  ])('exits 1 thanks to lib/exit-code.mjs if it %s', async (_, code) => {
    const { code: exit } = await runner.run(process.execPath, [
      ...preload, '--input-type=module', '--eval',
      `import { succeed } from '${join(root, 'scripts', 'lib', 'exit-code.mjs')}'; ${code} succeed();`,
    ]);
    expect(exit).toBe(1);
  });

  it.each(readdirSync(join(root, 'scripts')).filter((name) => name.endsWith('.mjs')))(
    'scripts/%s imports lib/exit-code.mjs before anything else',
    (name) => {
      const [first] = readFileSync(join(root, 'scripts', name), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('import '));
      expect(first).toMatch(/^import (\{ succeed \} from )?'\.\/lib\/exit-code\.mjs';$/);
    },
  );

  it.each(['demo', 'playground'])('apps/%s exits 1', async (name) => {
    const { code, stderr } = await runner.run(process.execPath, [...preload, join(root, 'dist', 'apps', name, 'main.js')], {
      ALLOY_HOME: join(runner.folder, 'home'),
    });
    expect([code, stderr]).toEqual([1, '']);
  });
});
