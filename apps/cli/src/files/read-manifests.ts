import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';
import { readText, unreadable } from './read-text';

const MANIFEST = /\.(ya?ml|json)$/;
/** A line with no part of an object: blank, a comment or a separator. */
const NO_CONTENT = /^\uFEFF?[ \t]*(?:---|\.\.\.)?[ \t]*(?:#.*)?$/;
/** Whether a text has more than comments and separators; kubectl ignores a file without an object, too. */
const hasObject = (text: string): boolean => !text.split(/\r\n?|\n/).every((line) => NO_CONTENT.test(line));

export interface ManifestFile {
  /** Path relative to the working folder, or `stdin`. */
  readonly name: string;
  readonly text: string;
}

/**
 * The manifests in files, in folders (like kubectl without subfolders), and from stdin (`-`), but files without an
 * object. Throws `CliError` if one is missing or there are none.
 */
export async function readManifests(io: Pick<Io, 'stdin' | 'cwd'>, names: readonly string[]): Promise<readonly ManifestFile[]> {
  if (names.filter((name) => name === '-').length > 1) throw new CliError('two_stdins', exitCodes.usage, '- may be given only once');
  const files: ManifestFile[] = [];
  for (const name of names)
    for (const file of filesOf(io, name)) files.push({ name: file === '-' ? 'stdin' : file, text: await readText(io, file) });
  const manifests = files.filter(({ text }) => hasObject(text));
  if (manifests.length === 0) throw new CliError('no_manifests', exitCodes.usage, `${names.join(', ')}: no manifests found`);
  return manifests;
}

function filesOf({ cwd }: Pick<Io, 'cwd'>, name: string): readonly string[] {
  if (name === '-') return [name];
  try {
    const path = resolve(cwd, name);
    if (!statSync(path).isDirectory()) return [name];
    const found = readdirSync(path).filter((file) => MANIFEST.test(file)).sort();
    if (found.length > 0) return found.map((file) => join(name, file));
  } catch (error) {
    throw unreadable(name, error);
  }
  throw new CliError('no_manifests', exitCodes.usage, `${name}: the folder contains no .yaml, .yml or .json file`);
}
