import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';

export interface Edited {
  readonly text: string;
  /** Path of the file. */
  readonly path: string;
  forget(): void;
}

/**
 * Opens a text in $VISUAL, $EDITOR or vi. The file remains until `forget`, so that the user's work is not lost. Throws
 * `CliError` if the editor fails.
 */
export async function editText(io: Pick<Io, 'env' | 'runForeground'>, text: string): Promise<Edited> {
  const folder = mkdtempSync(join(tmpdir(), 'alloy-edit-'));
  const path = join(folder, 'policy.yaml');
  writeFileSync(path, text, { mode: 0o600 });
  // EDITOR may contain options, such as `code --wait`.
  const [editor = 'vi', ...options] = (io.env['VISUAL'] || io.env['EDITOR'] || 'vi').split(' ').filter(Boolean);
  const code = await io.runForeground(editor, [...options, path]).catch((error: unknown) => {
    throw new CliError(
      'no_editor',
      exitCodes.usage,
      `${editor} can't be run: ${(error as Error).message}`,
      'Set EDITOR to another editor.',
    );
  });
  if (code !== 0)
    throw new CliError('editor_failed', exitCodes.usage, `${editor} ended with ${code}; nothing was changed, and the text is in ${path}`);
  return { text: readFileSync(path, 'utf8'), path, forget: () => rmSync(folder, { recursive: true, force: true }) };
}
