import type { Command } from 'commander';
import { isDefaultVerb } from '../default-verbs';

/** An option as typed. */
export interface Flag {
  readonly long: string;
  readonly short?: string | undefined;
  readonly meaning: string;
  /** Allowed values; `file`: any file; undefined: no value, or any. */
  readonly values?: readonly string[] | 'file' | undefined;
  readonly takesValue: boolean;
}

/** A verb as typed, with its completions. */
export interface Words {
  /** One word, or two for a verb of a group. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Verbs of a group. */
  readonly verbs: readonly string[];
  /** Allowed arguments. */
  readonly operands: readonly string[] | 'file';
}

/** Options and arguments that take files or folders; `rollback --to` takes a release. */
const FILES: ReadonlySet<string> = new Set(['--filename', '--file', '--to', '--summary', '--checkpoints', 'file']);

/** All completions after `alloy`. */
export const wordsOf = (root: Command): readonly Words[] =>
  root.commands.flatMap((command) => {
    const verbs = command.commands.map((verb) => describe(verb, [command.name(), verb.name()]));
    const meant = verbs[command.commands.findIndex(isDefaultVerb)];
    const own = describe(command, [command.name()]);
    return [meant ? { ...own, flags: meant.flags } : own, ...verbs];
  });

const describe = (command: Command, path: readonly string[]): Words => ({
  path,
  summary: command.description(),
  verbs: command.commands.map((verb) => verb.name()),
  operands: command.registeredArguments.some((argument) => FILES.has(argument.name()))
    ? 'file'
    : command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  flags: [
    ...command.options.map((option): Flag => ({
      long: option.long ?? '',
      short: option.short,
      meaning: option.description,
      takesValue: option.required || option.optional,
      values: option.argChoices ?? (FILES.has(option.long ?? '') && path[0] !== 'rollback' ? 'file' : undefined),
    })),
    { long: '--help', short: '-h', meaning: 'display help for command', takesValue: false },
  ],
});
