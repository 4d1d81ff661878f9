import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { Io } from '../io';

/** Reads a text file, or stdin for `-`. Throws `CliError` if it is missing or not text. */
export async function readText(io: Pick<Io, 'stdin' | 'cwd'>, name: string): Promise<string> {
  return textOf(name === '-' ? await readStdin(io) : read(resolve(io.cwd, name), name), name === '-' ? 'stdin' : name);
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliError('not_text', exitCodes.usage, `${name} is not text in UTF-8`);
  }
}

function read(path: string, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(name, error);
  }
}

async function readStdin({ stdin }: Pick<Io, 'stdin'>): Promise<Uint8Array> {
  if (stdin.isTTY) throw new CliError('no_stdin', exitCodes.usage, '- reads piped input, but stdin is a terminal');
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

/** One line about an unreadable file. */
export function unreadable(name: string, error: unknown): CliError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EACCES'
        ? 'permission denied'
        : code === 'EISDIR'
          ? 'it is a folder'
          : (error as Error).message;
  return new CliError('unreadable_file', exitCodes.usage, `${name}: ${why}`);
}
