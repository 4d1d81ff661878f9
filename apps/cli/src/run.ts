import { CommanderError } from 'commander';
import { CliError } from './cli-error';
import { exitCodes, type ExitCode } from './exit-codes';
import type { Io } from './io';
import { program } from './program';

/** Runs `argv` (without node and script); prints errors and resolves to the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  try {
    const words = meant(argv);
    await (await program(words, io, (ended) => (code = ended))).parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, io);
  }
}

/** Rewrites common spellings of other command lines: kubectl accepts these options before the verb. */
function meant(argv: readonly string[]): readonly string[] {
  const [first = '', second, ...others] = argv;
  if (['--context', '-o', '--output'].includes(first) && second !== undefined && others.length > 0)
    return meant([...others, first, second]);
  if (/^--(?:context|output)=/.test(first) && second !== undefined) return meant([second, ...others, first]);
  const rest = argv.slice(1);
  if (first === 'help') return [...rest, '--help'];
  return first === '--version' || first === '-V' ? ['version', ...rest] : argv;
}

function report(error: unknown, io: Io): ExitCode {
  if (io.signal.aborted) return exitCodes.interrupted;
  // Commander has already printed the error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof CliError) {
    io.stderr.write(`alloy: ${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return error.exitCode;
  }
  io.stderr.write(
    `alloy: this is a bug: ${error instanceof Error ? (io.env['ALLOY_DEBUG'] ? error.stack : error.message) : String(error)}\n`,
  );
  return exitCodes.error;
}
