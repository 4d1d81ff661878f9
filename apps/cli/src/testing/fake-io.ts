import type { Io } from '../io';

export interface FakeIo {
  readonly io: Io;
  /** Output so far. */
  out(): string;
  err(): string;
  /** Sends Ctrl-C. */
  interrupt(): void;
}

export interface FakeOptions {
  readonly env?: Io['env'];
  readonly cwd?: string;
  readonly home?: string;
  readonly fetch?: typeof fetch;
  readonly stdin?: string;
  /** Default false: a pipeline. */
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** ms since 1970; default 2026-01-01. */
  readonly now?: () => number;
  readonly sleep?: Io['sleep'];
  readonly hidden?: string;
  readonly capture?: Io['capture'];
  readonly execute?: Io['execute'];
  readonly runForeground?: Io['runForeground'];
}

const unasked: typeof fetch = async () => {
  throw new Error('this test has no server');
};

/** An `Io` for tests: records output, and has no server, home or environment unless given. */
export function fakeIo({
  env = {},
  cwd = '/nowhere',
  home = '/home/user',
  fetch = unasked,
  stdin = '',
  isTTY = false,
  columns = 100,
  now = () => Date.UTC(2026, 0, 1),
  ...rest
}: FakeOptions = {}): FakeIo {
  const printed = { out: '', err: '' };
  const aborter = new AbortController();
  const sink = (name: 'out' | 'err') => ({
    write: (text: string) => void (printed[name] += text),
    isTTY,
    ...(isTTY && { columns, rows: 40 }),
  });
  async function* input(): AsyncIterable<string> {
    if (stdin !== '') yield stdin;
  }
  const io: Io = {
    stdin: Object.assign(input(), { isTTY }),
    stdout: sink('out'),
    stderr: sink('err'),
    env,
    cwd,
    home,
    now,
    fetch,
    signal: aborter.signal,
    sleep: rest.sleep ?? (async (_ms, signal) => signal.throwIfAborted()),
    readHidden: async () => rest.hidden ?? '',
    capture: rest.capture ?? (async () => undefined),
    execute: rest.execute ?? (async (command) => ({ code: null, stdout: '', stderr: `spawn ${command} ENOENT` })),
    runForeground: rest.runForeground ?? (async () => 1),
  };
  return { io, out: () => printed.out, err: () => printed.err, interrupt: () => aborter.abort() };
}
