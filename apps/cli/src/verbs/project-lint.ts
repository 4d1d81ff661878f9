import { exitCodes, type ExitCode } from '../exit-codes';
import { readText } from '../files/read-text';
import type { View } from '../output/output';
import { lintPolicy, type Fault } from '../policy/lint-policy';
import { faultLine } from '../policy/read-policy';
import type { Verb } from '../verb';

const faultView: View<Fault> = {
  name: ({ path }) => path || '.',
  columns: [{ head: 'PATH', cell: ({ path }) => path || '.' }, { head: 'FAULT', cell: ({ text }) => text }],
};

export const verb: Verb = {
  name: 'lint',
  summary: 'Check a policy without a server; exit code 2 if it is invalid',
  example: 'alloy project lint policy.yaml',
  routes: [],
  mutating: false,
  register(command, run) {
    command.argument('<file>', 'a policy in YAML, or - for stdin');
    run(async ({ io, out }, [name = '']): Promise<ExitCode> => {
      const linted = lintPolicy(await readText(io, name));
      const faults = 'faults' in linted ? linted.faults : [];
      if (out.format === 'json' || out.format === 'yaml') await out.data({ faults, policy: 'policy' in linted ? linted.policy : null });
      else if (out.format) await out.list(faults, faultView);
      else for (const fault of faults) out.line(faultLine(fault));
      if (!out.format && faults.length === 0) out.note(`${name} is valid`);
      return faults.length === 0 ? exitCodes.done : exitCodes.usage;
    });
  },
};
