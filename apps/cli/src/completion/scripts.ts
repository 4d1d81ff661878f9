import type { Words } from './words';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script for the shell that completes what `alloy` understands. */
export function completionScript(shell: Shell, words: readonly Words[]): string {
  switch (shell) {
    case 'bash':
      return bash(words);
    case 'zsh':
      return zsh(words);
    case 'fish':
      return fish(words);
  }
}

const first = (words: readonly Words[]): readonly Words[] => words.filter(({ path }) => path.length === 1);
const follow = ({ verbs, flags }: Words): string => [...verbs, ...flags.flatMap(({ long, short }) => (short ? [long, short] : [long]))].join(' ');

/** Cases by the first two words, a group's verbs before the groups. */
const cases = (words: readonly Words[], line: (one: Words) => string): readonly string[] => [...words].sort((a, b) => b.path.length - a.path.length).map((one) => `    '${one.path.join(' ')}${one.path.length === 2 ? "')" : " '*)"} ${line(one)} ;;`);

/** What may follow an option, of all verbs that have it. */
function values(words: readonly Words[]): readonly string[] {
  const known = new Map<string, ReadonlySet<string>>();
  for (const { flags } of words) {
    for (const { long, short, values: list } of flags) {
      const name = [short, long].filter(Boolean).join('|');
      if (Array.isArray(list)) known.set(name, new Set([...(known.get(name) ?? []), ...list]));
    }
  }
  return [...known].map(([flags, list]) => `    ${flags}) found='${[...list].join(' ')}' ;;`);
}

const files = (words: readonly Words[]): string => [...new Set(words.flatMap(({ flags }) => flags.filter((flag) => flag.values === 'file').flatMap(({ long, short }) => (short ? [long, short] : [long]))))].join('|');

const bash = (words: readonly Words[]): string => `# alloy completion bash: source <(alloy completion bash)
_alloy() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" found=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${first(words).map(({ path }) => path[0]).join(' ')}' -- "$cur"))
    return
  fi
  case "$prev" in
    ${files(words)}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
${values(words).join('\n')}
  esac
  local second=''
  [ "$COMP_CWORD" -gt 2 ] && second="\${COMP_WORDS[2]}"
  [ -n "$found" ] || case "\${COMP_WORDS[1]} $second" in
${cases(words, (one) => `found='${follow(one)}'`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$found" -- "$cur"))
}
complete -F _alloy alloy
`;

const zsh = (words: readonly Words[]): string => `#compdef alloy
# alloy completion zsh: source <(alloy completion zsh)
_alloy() {
  local found=''
  if (( CURRENT == 2 )); then
    local -a verbs
    verbs=(${first(words).map(({ path, summary }) => quoted(`${path[0]}:${summary}`)).join(' ')})
    _describe verb verbs
    return
  fi
  case "\${words[CURRENT-1]}" in
    ${files(words)}) _files; return ;;
${values(words).join('\n')}
  esac
  local second=''
  (( CURRENT > 3 )) && second="\${words[3]}"
  [ -n "$found" ] || case "\${words[2]} $second" in
${cases(words, (one) => `found='${follow(one)}'`).join('\n')}
  esac
  compadd -- \${=found}
}
compdef _alloy alloy
`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function fish(words: readonly Words[]): string {
  const lines = words.flatMap(({ path: [group = '', verb], summary, flags, verbs }) => {
    const within = `__fish_seen_subcommand_from ${group}${verb === undefined ? '' : `; and __fish_seen_subcommand_from ${verb}`}`;
    const named = verb === undefined
      ? `complete -c alloy -f -n __fish_use_subcommand -a ${group} -d ${quoted(summary)}`
      : `complete -c alloy -f -n '__fish_seen_subcommand_from ${group}' -a ${verb} -d ${quoted(summary)}`;
    const options = verbs.length > 0 ? [] : flags.map(({ long, short, meaning, values: list, takesValue }) =>
      [`complete -c alloy -n '${within}' -l ${long.slice(2)}`, ...(short ? [`-s ${short.slice(1)}`] : []), ...(list === 'file' ? ['-r'] : takesValue ? ['-x'] : []), ...(Array.isArray(list) ? [`-a '${list.join(' ')}'`] : []), `-d ${quoted(meaning)}`].join(' '));
    return [named, ...options];
  });
  return `# alloy completion fish: alloy completion fish | source\n${lines.join('\n')}\n`;
}
