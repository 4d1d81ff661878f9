/** Minimum percentage of a lib's mutants that the tests must kill. */
const LEAST_SCORE = 90;
/** Maximum percentage of a lib's mutants that may be declared equivalent. */
const MOST_EQUIVALENTS = 3;

const found = new Set(['Killed', 'Timeout']);
const missed = new Set(['Survived', 'NoCoverage']);

/**
 * Scores a report of Stryker (schema mutation-testing-report) by lib: killed mutants in percent of valid mutants,
 * without declared equivalents.
 * `equivalents`: {file, line (its source text, trimmed), mutator, replacement, proof}. Returns a line for each lib,
 * each survivor, and each error.
 */
export function mutationScore(report, equivalents) {
  const libs = new Map();
  const used = new Set();
  const survivors = [];
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split('\n');
    const lib = libOf(libs, file);
    for (const mutant of mutants) {
      const at = { file, line: lines[mutant.location.start.line - 1].trim(), mutator: mutant.mutatorName, replacement: mutant.replacement };
      if (found.has(mutant.status)) lib.killed += 1;
      if (!missed.has(mutant.status)) continue;
      const declared = equivalents.findIndex((one) => ['file', 'line', 'mutator', 'replacement'].every((key) => one[key] === at[key]));
      if (declared < 0) {
        lib.survived += 1;
        survivors.push(`${file}:${mutant.location.start.line}: ${mutant.status}: ${mutant.mutatorName} -> ${mutant.replacement}`);
      } else {
        lib.equivalent += 1;
        used.add(declared);
      }
    }
  }
  const scores = [...libs].map(([name, lib]) => ({ name, ...lib, score: percent(lib.killed, lib.killed + lib.survived) }));
  return { lines: scores.map(scoreLine), survivors, problems: [...scores.flatMap(problemsOf), ...declaredWrongly(equivalents, used)] };
}

function libOf(libs, file) {
  const name = file.split('/').slice(0, 2).join('/');
  if (!libs.has(name)) libs.set(name, { killed: 0, survived: 0, equivalent: 0 });
  return libs.get(name);
}

const percent = (part, whole) => (whole === 0 ? 0 : (100 * part) / whole);

const scoreLine = ({ name, score, killed, survived, equivalent }) =>
  `${name}: ${score.toFixed(1)} % (${killed} killed, ${survived} survived, ${equivalent} equivalent)`;

function problemsOf({ name, score, killed, survived, equivalent }) {
  const share = percent(equivalent, killed + survived + equivalent);
  return [
    ...(score < LEAST_SCORE ? [`${name} scores ${score.toFixed(1)} %, below ${LEAST_SCORE} %`] : []),
    ...(share > MOST_EQUIVALENTS
      ? [`${name} declares ${share.toFixed(1)} % of its mutants equivalent, more than ${MOST_EQUIVALENTS} %`]
      : []),
  ];
}

const declaredWrongly = (equivalents, used) => [
  ...equivalents.flatMap((one, index) =>
    used.has(index) ? [] : [`no surviving mutant is the equivalent declared for ${one.file}: ${one.line}`],
  ),
  ...equivalents.filter(({ proof }) => !proof?.trim()).map(({ file, line }) => `the equivalent declared for ${file} has no proof: ${line}`),
];
