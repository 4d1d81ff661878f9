import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const CLOSING_LINE = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;

/**
 * Runs a part of `npm run test:long` and prints its output; returns its counts. Counts one failure if it ends without a
 * closing line, or with an exit code that contradicts it.
 */
export async function runPart([command, ...args], options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  let last = '';
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line);
    last = line;
  });
  const [[code]] = await Promise.all([once(child, 'exit'), once(lines, 'close')]);
  const [passed, failed, skipped] = (CLOSING_LINE.exec(last) ?? [last, 0, 1, 0]).slice(1).map(Number);
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
}
