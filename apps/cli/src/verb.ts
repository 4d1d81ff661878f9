import type { Command } from 'commander';
import type { ExitCode } from './exit-codes';
import type { Session } from './session';

/** `METHOD /path`, as docs/openapi.json has it. */
export type Route = `${'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} /${string}`;

/** What a verb does with what was typed; ends with `done` unless it says otherwise. Throws `CliError`. */
export type Act<O> = (session: Session, args: readonly string[], options: O) => Promise<ExitCode | void>;

/** Called once by `register`, with what the verb does; `O` is what its options come to. */
export type Run = <O extends object = object>(act: Act<O>) => void;

/** One verb of `alloy`. */
export interface Verb {
  /** One word, as typed. */
  readonly name: string;
  readonly summary: string;
  /** Lines to paste; each begins with `alloy`. */
  readonly example: string;
  /** What it asks of the server; empty: it works offline. */
  readonly routes: readonly Route[];
  /** Changes something: it takes `--reason`. */
  readonly mutating: boolean;
  /** Exit codes besides 0, 1, 2 and 130. */
  readonly exits?: readonly ExitCode[];
  /** Forms of `-o` that mean something to it; default all. Empty: there is no `-o`. */
  readonly formats?: readonly string[];
  /** Of a group: what is meant where none of its verbs is named. Default false. */
  readonly isDefault?: boolean;
  /** It is told which Alloy is meant, so there is no `--context`. Default false. */
  readonly isTold?: boolean;
  /** It looks at every other verb (its command's siblings), so that all are loaded. Default false. */
  readonly wantsAll?: boolean;
  /** Adds arguments and options to its command; `--reason`, `-o` and `--context` are there already. */
  register(command: Command, run: Run): void;
}

/** Verbs that share a first word, as `get releases`. */
export interface VerbGroup {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

export const isGroup = (verb: Verb | VerbGroup): verb is VerbGroup => 'verbs' in verb;
