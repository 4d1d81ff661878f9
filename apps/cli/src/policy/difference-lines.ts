import type { PolicyDifference } from '@alloy/policy';
import type { Colors } from '../output/colors';
import { printable } from '../output/printable';

/** The differences between two versions of a project, by environment: `-` what is stored, `+` what replaces it. */
export function differenceLines(differences: readonly PolicyDifference[], color: Colors): readonly string[] {
  const environments = [...new Set(differences.map(({ environment }) => environment))];
  return environments.flatMap((name) => [
    `${name}:`,
    ...differences.filter(({ environment }) => environment === name).flatMap((one) => linesOf(one, color)),
  ]);
}

function linesOf({ path, before, after }: PolicyDifference, color: Colors): readonly string[] {
  if (Array.isArray(before) || Array.isArray(after)) return [`    ${path}:`, ...listLines(listOf(before), listOf(after), color)];
  return [
    ...(before === undefined ? [] : [color.red(printable(`  - ${path}: ${shown(before)}`))]),
    ...(after === undefined ? [] : [color.green(printable(`  + ${path}: ${shown(after)}`))]),
  ];
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(shown) : value === undefined ? [] : [shown(value)]);

/** Items that both lists have in the same order are unchanged. */
function listLines(before: readonly string[], after: readonly string[], color: Colors): readonly string[] {
  const [first, ...others] = before;
  const [next, ...later] = after;
  if (first === undefined && next === undefined) return [];
  if (first === undefined) return after.map((item) => color.green(printable(`  +   - ${item}`)));
  if (next === undefined) return before.map((item) => color.red(printable(`  -   - ${item}`)));
  if (first === next) return [printable(`      - ${first}`), ...listLines(others, later, color)];
  return later.includes(first) && !others.includes(next)
    ? [color.green(printable(`  +   - ${next}`)), ...listLines(before, later, color)]
    : [color.red(printable(`  -   - ${first}`)), ...listLines(others, after, color)];
}

/** A value in one line, as YAML and JSON. */
const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
