import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');
const BLOCK = /^```sh\n([\s\S]*?)^```$/gm;

/**
 * The shell commands in a guide under a heading (or before the first one: ''), each block unchanged. Throws if there
 * are none.
 */
export function commandsOf(guide: string, heading: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'docs', 'guides', `${guide}.md`), 'utf8');
  const section = text.split(/^## /m).find((part, i) => (i === 0 ? heading === '' : part.startsWith(`${heading}\n`)));
  const blocks = [...(section ?? '').matchAll(BLOCK)].map(([, block]) => block!);
  if (blocks.length === 0) throw new Error(`${guide}.md has no commands under "${heading}"`);
  return blocks;
}

/** Runs a guide's commands in the repository, like a reader; returns their output. Rejects if they fail. */
export async function runCommands(commands: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', commands], { cwd: ROOT, env: { PATH: process.env['PATH'], ...env } });
  return stdout;
}
