import { execFile, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';
import type { Executed, Io, Sink } from './io';

/** The process as `Io`; `flushed` resolves when all output has been written. */
export function processIo(process: NodeJS.Process, env: Io['env']): { readonly io: Io; flushed(): Promise<void> } {
  const interrupted = new AbortController();
  for (const [signal, code] of [['SIGINT', exitCodes.interrupted], ['SIGTERM', 143], ['SIGHUP', 129]] as const) {
    process.on(signal, () => {
      // The second Ctrl-C exits immediately.
      if (interrupted.signal.aborted || code !== exitCodes.interrupted) process.exit(code);
      interrupted.abort();
    });
  }
  const { stdin, stdout, stderr } = process;
  const io: Io = {
    stdin: stdin as Io['stdin'],
    stdout: sink(stdout, process),
    stderr: sink(stderr, process),
    env,
    cwd: process.cwd(),
    home: homedir(),
    now: () => Date.now(),
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    fetch: (...args) => fetch(...args),
    signal: interrupted.signal,
    readHidden: (prompt) => readHidden(prompt, process, interrupted),
    capture: (command, args) => new Promise((resolve) => void execFile(command, args, (error, text) => resolve(error ? undefined : text))),
    execute: (command, args) => execute(command, args, interrupted.signal),
    runForeground: (command, args) => new Promise((resolve, reject) => {
      spawn(command, args, { stdio: 'inherit' }).on('error', reject).on('exit', (code) => resolve(code ?? 1));
    }),
  };
  return {
    io,
    flushed: async () => void (await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))))),
  };
}

/** Size limit of a metrics page or Kubernetes object; Node's default is 1 MiB. */
const MAX_OUTPUT = 64 * 1024 * 1024;

function execute(command: string, args: readonly string[], signal: AbortSignal): Promise<Executed> {
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: MAX_OUTPUT, signal }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr: code === null ? error!.message : stderr });
    });
  });
}

function sink(stream: NodeJS.WriteStream, process: NodeJS.Process): Sink {
  // A reader that closes the pipe early (`alloy events | head`) is not an error.
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.error));
  return {
    write: (text) => void stream.write(text),
    get isTTY() { return stream.isTTY ?? false; },
    get columns() { return stream.isTTY ? stream.columns : undefined; },
    get rows() { return stream.isTTY ? stream.rows : undefined; },
  };
}

function readHidden(prompt: string, { stdin, stderr }: NodeJS.Process, interrupted: AbortController): Promise<string> {
  stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: silent, terminal: true });
  return new Promise((resolve, reject) => {
    let isOver = false;
    const stop = (end: () => void): void => {
      if (isOver) return;
      isOver = true;
      stderr.write('\n');
      end();
      reader.close();
    };
    reader.once('line', (line) => stop(() => resolve(line)));
    // A terminal in raw mode sends no signal for Ctrl-C.
    reader.once('SIGINT', () => interrupted.abort());
    reader.once('close', () => stop(() => reject(new CliError('nothing_typed', exitCodes.usage, 'nothing was typed'))));
    interrupted.signal.addEventListener('abort', () => stop(() => reject(new Error('interrupted'))), { once: true });
  });
}
