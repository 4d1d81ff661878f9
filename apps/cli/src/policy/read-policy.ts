import type { ProjectDocument } from '@alloy/policy';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readText } from '../files/read-text';
import type { Io } from '../io';
import { printable } from '../output/printable';
import { lintDocument, lintPolicy } from './lint-policy';
import { parsePositioned, type Fault } from './parse-positioned';

type Written = Readonly<Record<string, unknown>>;
type Files = Pick<Io, 'stdin' | 'cwd'>;

/** Reads a policy from a file (`-`: stdin). Throws `CliError` with all errors. */
export async function readPolicy(io: Files, name: string): Promise<Written> {
  const linted = lintPolicy(await readText(io, name));
  if ('faults' in linted) throw faulty(name, linted.faults);
  return linted.written;
}

/** Reads a project's document, as written and with defaults. Throws `CliError` with all errors. */
export async function readDocument(io: Files, name: string): Promise<{ readonly written: Written; readonly document: ProjectDocument }> {
  const linted = lintDocument(await readText(io, name));
  if ('faults' in linted) throw faulty(name, linted.faults, 'document of a project');
  return linted;
}

/**
 * Reads a change of a policy: null restores a default, so it is not a policy itself. Throws `CliError` if it is not an
 * object.
 */
export async function readPatch(io: Files, name: string): Promise<Written> {
  const parsed = parsePositioned(await readText(io, name));
  if ('faults' in parsed) throw faulty(name, parsed.faults);
  return parsed.value;
}

/** As compilers print it, so that editors and terminals open the place. */
export const faultLine = (file: string, { path, text, line, column }: Fault): string =>
  printable(`${file}:${line}:${column}: ${path === '' ? text : `${path}: ${text}`}`);

export const faulty = (name: string, faults: readonly Fault[], what = 'policy'): CliError => {
  const file = name === '-' ? 'stdin' : name;
  const lines = faults.map((fault) => `  ${faultLine(file, fault)}`).join('\n');
  return new CliError('bad_policy', exitCodes.usage, `${name} is not a valid ${what}:\n${lines}`);
};
