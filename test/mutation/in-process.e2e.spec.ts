import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
let checkout: string;

/**
 * Code as Stryker instruments it: mutant 1 is in a function, 2 in a constant, 3 throws on load, 4 loops, 5 is covered
 * by no test.
 */
const SOURCE = `
const on = (id: string) => globalThis.__stryker__.activeMutant === id;
const covers = (id: string) => {
  const ns = globalThis.__stryker__;
  const coverage = (ns.mutantCoverage ??= { static: {}, perTest: {} });
  const hits = ns.currentTestId === undefined ? coverage.static : (coverage.perTest[ns.currentTestId] ??= {});
  hits[id] = (hits[id] ?? 0) + 1;
  if (ns.hitCount !== undefined && ++ns.hitCount > ns.hitLimit) throw new Error('hit limit');
};
covers('2'); covers('3');
if (on('3')) throw new Error('broken when loaded');
export const FACTOR = on('2') ? 3 : 2;
export function twice(value: number): number { covers('1'); return on('1') ? value : value * FACTOR; }
export function countTo(end: number): number { let n = 0; do { covers('4'); if (!on('4')) n++; } while (n < end); return n; }
export function unused(): number { covers('5'); return 1; }
`;
const SPEC = `
import fc from 'fast-check';
import { countTo, twice } from './sum';
let calls = 0;
beforeEach(() => void calls++);
describe('twice', () => {
  it.each([[1, 2], [2, 4]])('of %d is %d', (value, expected) => expect(twice(value)).toBe(expected));
  it('of 0 is 0', () => expect(twice(0)).toBe(0));
});
describe('countTo', () => {
  it('counts', () => expect(countTo(3)).toBe(3));
  it('counts to any number', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(9), async (end) => expect(countTo(end)).toBe(Math.max(1, end))));
    expect(calls).toBe(5);
  });
});
`;

beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'alloy-in-process-'));
  const src = join(checkout, 'libs', 'demo', 'src');
  mkdirSync(src, { recursive: true });
  writeFileSync(join(src, 'sum.ts'), SOURCE);
  writeFileSync(join(src, 'sum.spec.ts'), SPEC);
  cpSync(join(root, 'tsconfig.base.json'), join(checkout, 'tsconfig.base.json'));
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

/** The results of these calls of the runner, all in one process. */
function answers(...calls: readonly string[]): readonly unknown[] {
  const script = `
    import { strykerPlugins } from ${JSON.stringify(join(root, 'test/mutation/in-process/runner.mjs'))};
    const runner = new strykerPlugins[0].injectableClass();
    await runner.init();
    const mutant = (id, more = {}) => runner.mutantRun({ activeMutant: { id }, disableBail: false, ...more });
    const all = [];
    for (const call of [${calls.map((call) => `() => ${call}`).join(', ')}]) all.push(await call());
    process.stdout.write(JSON.stringify(all));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, MUTATION_LIB: 'demo' },
  });
  return JSON.parse(stdout || `[${JSON.stringify(stderr)}]`) as readonly unknown[];
}

const SPEC_NAME = 'libs/demo/src/sum.spec.ts';

describe('the runner of specs in one process', () => {
  it('runs every test and records what each test covers and what loading alone covers', () => {
    const [dry] = answers('runner.dryRun()') as [
      {
        status: string;
        tests: Array<{ id: string; status: number; fileName: string }>;
        mutantCoverage: { static: object; perTest: Record<string, object> };
      },
    ];
    const names = ['twice of 1 is 2', 'twice of 2 is 4', 'twice of 0 is 0', 'countTo counts', 'countTo counts to any number'].map(
      (name) => `${SPEC_NAME} ${name}`,
    );
    expect(dry).toMatchObject({ status: 'complete', mutantCoverage: { static: { 2: 1, 3: 1 } } });
    expect(dry.tests.map(({ id, status, fileName }) => [id, status, fileName.endsWith(SPEC_NAME)])).toEqual(
      names.map((name) => [name, 0, true]),
    );
    expect(Object.entries(dry.mutantCoverage.perTest).map(([id, hits]) => [id.slice(SPEC_NAME.length + 1), Object.keys(hits)])).toEqual(
      expect.arrayContaining([['twice of 1 is 2', ['1']], ['countTo counts', ['4']]]));
    expect(JSON.stringify(dry.mutantCoverage)).not.toContain('"5"');
  });

  it('kills mutants in functions and in constants, one after the other, and passes again without them', () => {
    expect(answers(`mutant('1')`, `mutant('2')`, `mutant('none')`, `mutant('1')`)).toMatchObject([
      { status: 'killed', killedBy: [`${SPEC_NAME} twice of 1 is 2`] },
      { status: 'killed' },
      { status: 'survived', nrOfTests: 5 },
      { status: 'killed' },
    ]);
  });

  it('runs only the requested tests', () => {
    expect(answers(`mutant('1', { testFilter: ['${SPEC_NAME} twice of 0 is 0'] })`)).toMatchObject([{ status: 'survived', nrOfTests: 1 }]);
  });

  it('reports code that cannot be loaded as an error, and a loop as a timeout', () => {
    expect(answers(`mutant('3')`, `mutant('4', { hitLimit: 100 })`, `mutant('none')`)).toMatchObject([
      { status: 'error', errorMessage: expect.stringContaining('broken when loaded') },
      { status: 'timeout' },
      { status: 'survived' },
    ]);
  });
});
