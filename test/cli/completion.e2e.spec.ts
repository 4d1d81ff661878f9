import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const script = (shell: string): string =>
  execFileSync(process.execPath, [join(ROOT, 'bin', 'alloy.cjs'), 'completion', shell], { cwd: ROOT, encoding: 'utf8' });

let bash: string;
beforeAll(() => {
  bash = script('bash');
});

/** The completions that bash offers if Tab is pressed after these words. */
const offered = (...words: readonly string[]): readonly string[] => {
  const tab = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _alloy; printf "%s\\n" "${COMPREPLY[@]}"';
  return execFileSync('bash', ['--noprofile', '--norc', '-c', `${bash}\n${tab}`, 'bash', 'alloy', ...words], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter(Boolean);
};

it.each([
  [['de'], ['deploy']],
  [['get', 'rel'], ['releases', 'release']],
  [['get', 'releases', '--st'], ['--status']],
  [['events', '--fol'], ['--follow']],
  [['projections', '-'], ['--output', '-o', '--context', '--help', '-h']],
  [['deploy', '--strategy', ''], ['auto', 'rollout', 'canary', 'blueGreen']],
  [['token', 'create', '--scope', 'o'], ['operate']],
  [['completion', 'z'], ['zsh']],
  [['deploy', '-f', 'examp'], ['examples']],
  [['audit', 'verify', '--checkpoints', 'examp'], ['examples']],
  [['events', 'export', '--to', 'READ'], ['README.md']],
  [['project', 'lint', 'READ'], ['README.md']],
  [['project', 'lint', '-o', 'w'], ['wide']],
  // An argument that is a release, not a file.
  [['rollback', '--to', 'READ'], []],
])('bash offers for alloy %j: %j', (words, expected) => expect(offered(...words)).toEqual(expected));
