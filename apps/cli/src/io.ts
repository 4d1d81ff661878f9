/** Where text goes. */
export interface Sink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Of the terminal; undefined: not a terminal. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** What came of a program; `code` is null where it could not be started. */
export interface Executed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the outside of this process is to a verb, so that a test can be the outside. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Home folder of whoever calls. */
  readonly home: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects when `signal` does. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  readonly fetch: typeof fetch;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** A line typed without an echo; only where stdin is a terminal. */
  readHidden(prompt: string): Promise<string>;
  /** What a program prints; undefined: it failed, or is not there. */
  capture(command: string, args: readonly string[]): Promise<string | undefined>;
  /** Runs a program to its end without a terminal. */
  execute(command: string, args: readonly string[]): Promise<Executed>;
  /** Runs a program of the user's, such as $EDITOR, in this terminal; resolves to its exit code. */
  runForeground(command: string, args: readonly string[]): Promise<number>;
}
