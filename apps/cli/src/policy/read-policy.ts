import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readText } from '../files/read-text';
import type { Io } from '../io';
import { printable } from '../output/printable';
import { lintPolicy, parseYaml, type Fault } from './lint-policy';

/** Reads a policy from a file (`-`: stdin). Throws `CliError` with all errors. */
export async function readPolicy(io: Pick<Io, 'stdin' | 'cwd'>, name: string): Promise<Readonly<Record<string, unknown>>> {
  const linted = lintPolicy(await readText(io, name));
  if ('faults' in linted) throw faulty(name, linted.faults);
  return linted.written;
}

/**
 * Reads a change of a policy: null restores a default, so it is not a policy itself. Throws `CliError` if it is not an
 * object.
 */
export async function readPatch(io: Pick<Io, 'stdin' | 'cwd'>, name: string): Promise<Readonly<Record<string, unknown>>> {
  const parsed = parseYaml(await readText(io, name));
  if ('faults' in parsed) throw faulty(name, parsed.faults);
  return parsed.value;
}

export const faultLine = ({ path, text }: Fault): string => printable(path === '' ? text : `${path}: ${text}`);

export const faulty = (name: string, faults: readonly Fault[]): CliError =>
  new CliError(
    'bad_policy',
    exitCodes.usage,
    `${name} is not a valid policy:\n${faults.map((fault) => `  ${faultLine(fault)}`).join('\n')}`,
  );
