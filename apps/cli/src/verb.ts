import type { Command } from 'commander';
import type { ExitCode } from './exit-codes';
import type { Session } from './session';

/** `METHOD /path`, as in docs/openapi.json. */
export type Route = `${'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'} /${string}`;

/** Carries out a verb; the exit code is `done` unless it returns another. Throws `CliError`. */
export type Act<O> = (session: Session, args: readonly string[], options: O) => Promise<ExitCode | void>;

/** Called once by `register` with the verb's action; `O` is the type of its options. */
export type Run = <O extends object = object>(act: Act<O>) => void;

/** A verb of `alloy`. */
export interface Verb {
  /** One word, as typed. */
  readonly name: string;
  readonly summary: string;
  /** Example commands; each begins with `alloy`. */
  readonly example: string;
  /** Routes that it uses; empty: it works offline. */
  readonly routes: readonly Route[];
  /** Changes something: has the option `--reason`. */
  readonly mutating: boolean;
  /** Exit codes besides 0, 1, 2 and 130. */
  readonly exits?: readonly ExitCode[];
  /** Supported formats of `-o`; default all. Empty: there is no `-o`. */
  readonly formats?: readonly string[];
  /** The default verb of its group. Default false. */
  readonly isDefault?: boolean;
  /** Takes the server's address as an option, so there is no `--context`. Default false. */
  readonly takesAddress?: boolean;
  /** Needs the commands of all verbs, so all are loaded. Default false. */
  readonly wantsAll?: boolean;
  /** Adds arguments and options to its command; `--reason`, `-o` and `--context` exist already. */
  register(command: Command, run: Run): void;
}

/** Verbs with a common first word, such as `get releases`. */
export interface VerbGroup {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

export const isGroup = (verb: Verb | VerbGroup): verb is VerbGroup => 'verbs' in verb;
