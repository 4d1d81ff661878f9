import { Argument } from 'commander';
import { completionScript, shells, type Shell } from '../completion/scripts';
import { wordsOf } from '../completion/words';
import { isGroup, type Verb } from '../verb';
import { registry } from './registry';

/** What a group means where none of its verbs is named. */
async function defaults(): Promise<ReadonlyMap<string, string>> {
  const loaded = await Promise.all(Object.values(registry).map(async (load) => (await load()).verb));
  return new Map(loaded.filter(isGroup).flatMap(({ name, verbs }) => verbs.filter(({ isDefault }) => isDefault).map((verb) => [name, verb.name] as const)));
}

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
    run(async ({ io }, [shell]) => io.stdout.write(completionScript(shell as Shell, wordsOf(command.parent!, await defaults()))));
  },
};
