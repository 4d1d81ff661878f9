import { existsSync } from 'node:fs';
import { join } from 'node:path';
import seconds from '../durations.json';

type Sequencer = new (options: object) => { sort(tests: readonly object[]): readonly { readonly path: string }[] };
const LongestFirst = jest.requireActual<Sequencer>('./longest-first.cjs');

const root = join(__dirname, '..', '..');
const known = Object.entries(seconds).sort(([, one], [, other]) => other - one).map(([file]) => file);

describe('the order of the test files', () => {
  it('starts with the longest files', () => {
    const context = { config: { id: 'none', cacheDirectory: '/nowhere' }, hasteFS: { getSize: () => 1 } };
    const tests = [known.at(-1), 'new.spec.ts', known[0]].map((file) => ({ path: join(root, file!), context }));
    const sorted = new LongestFirst({ globalConfig: { rootDir: root } }).sort(tests);
    expect(sorted.map(({ path }) => path)).toEqual([known[0], known.at(-1), 'new.spec.ts'].map((file) => join(root, file!)));
  });

  it('contains only existing files', () => expect(known.filter((file) => !existsSync(join(root, file)))).toEqual([]));
});
