import type { Command } from 'commander';
import { isDefaultVerb } from '../default-verbs';

/** An option as it is typed. */
export interface Flag {
  readonly long: string;
  readonly short?: string | undefined;
  readonly meaning: string;
  /** What may follow; `file`: any file; undefined: nothing, or anything. */
  readonly values?: readonly string[] | 'file' | undefined;
  readonly takesValue: boolean;
}

/** A verb as it is typed, with what may follow. */
export interface Words {
  /** One word, or two of a group's verb. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** First words of a group's verbs. */
  readonly verbs: readonly string[];
  /** What its arguments may be. */
  readonly operands: readonly string[] | 'file';
}

/** Options and arguments that are files or folders; `rollback --to` is a release. */
const FILES: ReadonlySet<string> = new Set(['--filename', '--file', '--to', '--summary', '--checkpoints', 'file']);

/** Everything that can be typed after `alloy`. */
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
  operands: command.registeredArguments.some((argument) => FILES.has(argument.name())) ? 'file' : command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  flags: [
    ...command.options.map((option): Flag => ({
      long: option.long ?? '', short: option.short, meaning: option.description, takesValue: option.required || option.optional,
      values: option.argChoices ?? (FILES.has(option.long ?? '') && path[0] !== 'rollback' ? 'file' : undefined),
    })),
    { long: '--help', short: '-h', meaning: 'display help for command', takesValue: false },
  ],
});
