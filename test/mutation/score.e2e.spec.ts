import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'alloy-mutation-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILE = 'libs/release/src/due.ts';
const mutant = (status: string) => ({
  status, mutatorName: 'EqualityOperator', replacement: 'a >= b',
  location: { start: { line: 2, column: 1 } },
});
const of = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).flatMap(([status, count]) => Array.from({ length: count }, () => mutant(status)));
const equivalent = {
  file: FILE, line: 'return a > b;', mutator: 'EqualityOperator', replacement: 'a >= b', proof: 'a and b differ always',
};

/** Runs `npm run mutation -- --report …` on a report of these mutants. */
function scored(mutants: readonly object[] | undefined, equivalents: readonly object[] = []) {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  if (mutants) writeFileSync(report, JSON.stringify({ files: { [FILE]: { source: 'function f(a, b) {\n  return a > b;\n}', mutants } } }));
  writeFileSync(join(folder, 'equivalents.json'), JSON.stringify(equivalents));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/mutation.mjs', '--report', report, '--equivalents', join(folder, 'equivalents.json')],
    { cwd: join(__dirname, '../..'), encoding: 'utf8' },
  );
  return { status, out: stdout, err: stderr };
}

describe('npm run mutation', () => {
  it('passes when at least 90 % of the mutants are killed or timed out', () => {
    expect(scored(of({ Killed: 8, Timeout: 1, Survived: 1, Ignored: 4, CompileError: 3 }))).toMatchObject({
      status: 0,
      out: expect.stringContaining('libs/release: 90.0 % (9 killed, 1 survived, 0 equivalent)'),
    });
  });

  it('fails below 90 %, counting mutants without coverage as survivors, and lists each survivor', () => {
    expect(scored(of({ Killed: 8, NoCoverage: 1 }))).toMatchObject({
      status: 1,
      out: expect.stringContaining(`${FILE}:2: NoCoverage: EqualityOperator -> a >= b`),
      err: expect.stringContaining('libs/release scores 88.9 %'),
    });
  });

  it('excludes declared equivalents from the score, up to 3 % of the mutants', () => {
    expect(scored(of({ Killed: 36, Survived: 1 }), [equivalent])).toMatchObject({
      status: 0,
      out: expect.stringContaining('libs/release: 100.0 % (36 killed, 0 survived, 1 equivalent)'),
    });
    expect(scored(of({ Killed: 20, Survived: 1 }), [equivalent])).toMatchObject({
      status: 1,
      err: expect.stringContaining('declares 4.8 % of its mutants equivalent'),
    });
  });

  it('fails when a declared equivalent has no proof or matches no survivor', () => {
    expect(scored(of({ Killed: 40, Survived: 1 }), [{ ...equivalent, proof: ' ' }])).toMatchObject({
      status: 1,
      err: expect.stringContaining('has no proof'),
    });
    expect(scored(of({ Killed: 40 }), [equivalent])).toMatchObject({
      status: 1,
      err: expect.stringContaining('no surviving mutant is the equivalent declared'),
    });
  });

  it('fails when the report is missing or has no mutants', () => {
    expect(scored(undefined)).toMatchObject({ status: 1, err: expect.stringContaining('there is no report') });
    expect(scored([])).toMatchObject({ status: 1 });
  });
});
