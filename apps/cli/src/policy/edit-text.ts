import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';

export interface Edited {
  readonly text: string;
  /** Where it lies. */
  readonly path: string;
  forget(): void;
}

/** Lets a person change a text in $VISUAL, $EDITOR or vi. It stays where it is until `forget`: nobody writes a policy twice. Throws `CliError` if the editor fails. */
export async function editText(io: Pick<Io, 'env' | 'runForeground'>, text: string): Promise<Edited> {
  const folder = mkdtempSync(join(tmpdir(), 'alloy-edit-'));
  const path = join(folder, 'policy.yaml');
  writeFileSync(path, text, { mode: 0o600 });
  // An editor may come with options of its own, as `code --wait`.
  const [editor = 'vi', ...options] = (io.env['VISUAL'] || io.env['EDITOR'] || 'vi').split(' ').filter(Boolean);
  const code = await io.runForeground(editor, [...options, path]).catch((error: unknown) => {
    throw new CliError('no_editor', exitCodes.usage, `${editor} can't be run: ${(error as Error).message}`, 'EDITOR says which one to use.');
  });
  if (code !== 0) throw new CliError('editor_failed', exitCodes.usage, `${editor} ended with ${code}; nothing was changed, and the text is in ${path}`);
  return { text: readFileSync(path, 'utf8'), path, forget: () => rmSync(folder, { recursive: true, force: true }) };
}
