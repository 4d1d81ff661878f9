/** Output stream. */
export interface Sink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal; undefined: not a terminal. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Result of a program; `code` null: it could not be started. */
export interface Executed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A verb's access to the process and its environment, replaceable in tests. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY: boolean };
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects when `signal` does. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  readonly fetch: typeof fetch;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Reads a line without echo; only if stdin is a terminal. */
  readHidden(prompt: string): Promise<string>;
  /** Output of a program; undefined: it failed or does not exist. */
  capture(command: string, args: readonly string[]): Promise<string | undefined>;
  /** Runs a program to its end without a terminal. */
  execute(command: string, args: readonly string[]): Promise<Executed>;
  /** Runs a program such as $EDITOR in this terminal; resolves to its exit code. */
  runForeground(command: string, args: readonly string[]): Promise<number>;
}
