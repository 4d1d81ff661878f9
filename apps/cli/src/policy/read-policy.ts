import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readText } from '../files/read-text';
import type { Io } from '../io';
import { printable } from '../output/printable';
import { lintPolicy, parseYaml, type Fault } from './lint-policy';

/** A policy as it is written in a file (`-`: stdin). Throws `CliError` with everything that is wrong with it. */
export async function readPolicy(io: Pick<Io, 'stdin' | 'cwd'>, name: string): Promise<Readonly<Record<string, unknown>>> {
  const linted = lintPolicy(await readText(io, name));
  if ('faults' in linted) throw faulty(name, linted.faults);
  return linted.written;
}

/** A change to a policy: null where a default is to come back, so it is no policy itself. Throws `CliError` if it is no object. */
export async function readPatch(io: Pick<Io, 'stdin' | 'cwd'>, name: string): Promise<Readonly<Record<string, unknown>>> {
  const parsed = parseYaml(await readText(io, name));
  if ('faults' in parsed) throw faulty(name, parsed.faults);
  return parsed.value;
}

export const faultLine = ({ path, text }: Fault): string => printable(path === '' ? text : `${path}: ${text}`);

export const faulty = (name: string, faults: readonly Fault[]): CliError => new CliError('bad_policy', exitCodes.usage, `${name} is no policy:\n${faults.map((fault) => `  ${faultLine(fault)}`).join('\n')}`);
