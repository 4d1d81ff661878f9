import { scopes } from '@alloy/contracts';
import { Option } from 'commander';
import type { Token } from '../api/shapes';
import { exitCodes } from '../exit-codes';
import { duration } from '../options/duration';
import type { Verb } from '../verb';

interface Options {
  readonly project: readonly string[];
  readonly scope: string;
  readonly name?: string;
  readonly user?: string;
  readonly expires?: number;
}

export const verb: Verb = {
  name: 'create',
  summary: 'Create a token; its text is printed once, alone on stdout',
  example: "alloy token create --project shop --scope deploy --name ci --expires 90d --reason 'the new pipeline' > token",
  routes: ['POST /api/v1/tokens'],
  mutating: true,
  exits: [exitCodes.refused],
  formats: ['json', 'yaml'],
  register(command, run) {
    command
      .requiredOption('--project <id...>', "its projects; '*' means all, including future ones")
      .addOption(new Option('--scope <scope>', 'what it allows, including all lower scopes').choices([...scopes]).default('deploy'))
      .option('--name <text>', 'a name to recognize it')
      .option('--user <name>', 'its user (default: you)')
      .addOption(new Option('--expires <time>', 'how long it is valid, such as 90d (default: until revoked)').argParser(duration));
    run<Options>(async ({ api, io, out, reason }, _args, { project: projects, scope, name, user, expires }) => {
      const expiresAt = expires === undefined ? null : new Date(io.now() + expires).toISOString();
      const made = await api.post<Token & { readonly token: string }>('api/v1/tokens', { projects, scope, name, user, expiresAt, reason });
      if (out.format) return out.data(made);
      out.line(made.token);
      out.note(
        `token ${made.id} of ${made.user} (${made.scope} of ${made.projects.join(', ')}) is shown only once; alloy token revoke ${made.id} revokes it`,
      );
    });
  },
};
