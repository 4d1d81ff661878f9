import { quoted } from './quoted';
import type { Flag, Words } from './words';

/** Completes files only where a file is expected. */
export const fish = (words: readonly Words[]): string => `# alloy completion fish: alloy completion fish | source
complete -c alloy -f
${words.flatMap((one) => linesOf(one, words.find(({ path }) => path.length === 1 && path[0] === one.path[0])!.verbs)).join('\n')}
`;

/** `siblings`: the verbs of its group. */
function linesOf({ path: [first = '', verb], summary, flags, verbs, operands }: Words, siblings: readonly string[]): readonly string[] {
  // A group's own options are those of its default verb.
  const bare = verbs.length === 0 ? '' : `; and not __fish_seen_subcommand_from ${verbs.join(' ')}`;
  const within = `__fish_seen_subcommand_from ${first}${verb === undefined ? bare : `; and __fish_seen_subcommand_from ${verb}`}`;
  const named =
    verb === undefined
      ? `complete -c alloy -n __fish_use_subcommand -a ${first} -d ${quoted(summary)}`
      : `complete -c alloy -n '__fish_seen_subcommand_from ${first}; and not __fish_seen_subcommand_from ${siblings.join(' ')}' -a ${verb} -d ${quoted(summary)}`;
  const follows = operands === 'file' ? ['-F'] : operands.length > 0 ? [`-a '${operands.join(' ')}'`] : [];
  return [named, ...follows.map((what) => `complete -c alloy -n '${within}' ${what}`), ...flags.map((flag) => optionOf(within, flag))];
}

const optionOf = (within: string, { long, short, meaning, values, takesValue }: Flag): string =>
  [
    `complete -c alloy -n '${within}' -l ${long.slice(2)}`,
    ...(short ? [`-s ${short.slice(1)}`] : []),
    ...(values === 'file' ? ['-r -F'] : takesValue ? ['-x'] : []),
    ...(Array.isArray(values) ? [`-a '${values.join(' ')}'`] : []),
    `-d ${quoted(meaning)}`,
  ].join(' ');
