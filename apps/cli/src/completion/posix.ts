import { quoted } from './quoted';
import type { Flag, Words } from './words';

const spelled = ({ long, short }: Flag): readonly string[] => (short ? [long, short] : [long]);

/**
 * By the first two words, verbs of a group before groups: completions (`found`), options that take a file (`files`),
 * and whether arguments are files (`operands`).
 */
const cases = (words: readonly Words[]): string =>
  [...words].sort((a, b) => b.path.length - a.path.length).map(({ path, verbs, flags, operands }) => {
    const pattern = path.length === 2 ? `'${path.join(' ')}'` : `'${path.join(' ')} '*`;
    const found = [...verbs, ...(operands === 'file' ? [] : operands), ...flags.flatMap(spelled)].join(' ');
    const files = flags.filter(({ values }) => values === 'file').flatMap(spelled);
    return `    ${pattern}) found='${found}'${files.length > 0 ? ` files=' ${files.join(' ')} '` : ''}${operands === 'file' ? ' operands=file' : ''} ;;`;
  }).join('\n');

/** Completions of an option's value, over all verbs. */
function values(words: readonly Words[]): string {
  const known = new Map<string, ReadonlySet<string>>();
  for (const flag of words.flatMap(({ flags }) => flags)) {
    const name = spelled(flag).join('|');
    if (Array.isArray(flag.values)) known.set(name, new Set([...(known.get(name) ?? []), ...flag.values]));
  }
  return [...known].map(([flags, list]) => `    ${flags}) found='${[...list].join(' ')}' operands='' ;;`).join('\n');
}

/**
 * Shell code that sets `found`, and `operands` to "file" if files may follow, from `$prev`, `$cur` and the first two
 * words.
 */
const lookup = (verb: string, words: readonly Words[]): string => `  case "${verb} $second" in
${cases(words)}
  esac
  case "$prev" in
${values(words)}
  esac
  case "$files" in *" $prev "*) operands=file ;; esac`;

const first = (words: readonly Words[]): readonly Words[] => words.filter(({ path }) => path.length === 1);

export const bash = (words: readonly Words[]): string => `# alloy completion bash: source <(alloy completion bash)
_alloy() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" found='' files='' operands='' second=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${first(words).map(({ path }) => path[0]).join(' ')}' -- "$cur"))
    return
  fi
  [ "$COMP_CWORD" -gt 2 ] && second="\${COMP_WORDS[2]}"
${lookup('${COMP_WORDS[1]}', words)}
  case "$operands $cur" in 'file -'*) ;; file*) COMPREPLY=($(compgen -f -- "$cur")); return ;; esac
  COMPREPLY=($(compgen -W "$found" -- "$cur"))
}
complete -o filenames -F _alloy alloy
`;

export const zsh = (words: readonly Words[]): string => `#compdef alloy
# alloy completion zsh: source <(alloy completion zsh)
_alloy() {
  local found='' files='' operands='' second='' prev="\${words[CURRENT-1]}" cur="\${words[CURRENT]}"
  if (( CURRENT == 2 )); then
    local -a verbs
    verbs=(${first(words).map(({ path, summary }) => quoted(`${path[0]}:${summary}`)).join(' ')})
    _describe verb verbs
    return
  fi
  (( CURRENT > 3 )) && second="\${words[3]}"
${lookup('${words[2]}', words)}
  case "$operands $cur" in 'file -'*) ;; file*) _files; return ;; esac
  compadd -- \${=found}
}
compdef _alloy alloy
`;
