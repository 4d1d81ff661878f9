import { Argument } from 'commander';
import { completionScript, shells, type Shell } from '../completion/scripts';
import { wordsOf } from '../completion/words';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'completion',
  summary: 'Print a script that completes verbs and options',
  example: 'source <(alloy completion bash)\nalloy completion fish | source',
  routes: [],
  mutating: false,
  formats: [],
  wantsAll: true,
  register(command, run) {
    command.addArgument(new Argument('<shell>', 'which shell').choices([...shells]));
    run(async ({ io }, [shell]) => io.stdout.write(completionScript(shell as Shell, wordsOf(command.parent!))));
  },
};
