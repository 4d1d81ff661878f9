import { exitCodes, type ExitCode } from '../exit-codes';
import { readText } from '../files/read-text';
import type { View } from '../output/output';
import { lintEither } from '../policy/lint-policy';
import type { Fault } from '../policy/parse-positioned';
import { faultLine } from '../policy/read-policy';
import type { Verb } from '../verb';

const faultView: View<Fault> = {
  name: ({ path }) => path || '.',
  columns: [
    { head: 'AT', cell: ({ line, column }) => `${line}:${column}` },
    { head: 'PATH', cell: ({ path }) => path || '.' },
    { head: 'FAULT', cell: ({ text }) => text },
  ],
};

export const verb: Verb = {
  name: 'lint',
  summary: 'Check a project file, or a policy, without a server; exit code 2 if it is invalid',
  example: 'alloy project lint shop.yaml',
  routes: [],
  mutating: false,
  register(command, run) {
    command.argument('<file>', 'a project file, or the policy of one environment, in YAML, or - for stdin');
    run(async ({ io, out }, [name = '']): Promise<ExitCode> => {
      const linted = lintEither(await readText(io, name));
      const faults = 'faults' in linted ? linted.faults : [];
      const file = name === '-' ? 'stdin' : name;
      const policy = 'policy' in linted ? linted.policy : null;
      const document = 'document' in linted ? linted.document : null;
      if (out.format === 'json' || out.format === 'yaml') await out.data({ faults, policy, document });
      else if (out.format) await out.list(faults, faultView);
      else for (const fault of faults) out.line(faultLine(file, fault));
      if (!out.format && faults.length === 0) out.note(`${file} is valid`);
      return faults.length === 0 ? exitCodes.done : exitCodes.usage;
    });
  },
};
