import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { environmentOption, projectOption, targetOf, type TargetOptions } from '../options/target';
import type { Verb } from '../verb';
import { postHold, showHold } from './post-hold';

export const verb: Verb = {
  name: 'set',
  summary: 'Put an environment on hold: new versions wait until a user lifts the hold',
  example: "alloy hold set --project shop --reason 'the sale begins'",
  routes: ['POST /api/v1/projects/{id}/hold'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command.addOption(projectOption()).addOption(environmentOption());
    run<TargetOptions>(async (session, _args, options) => {
      if (!session.reason) throw new CliError('no_reason', exitCodes.usage, 'a hold needs a --reason, which other users read');
      const answer = await postHold(session, targetOf(options, session.context), 'hold');
      await showHold(session, answer, `${answer.project} (${answer.environment}) is on hold: new versions wait until a user lifts it`);
    });
  },
};
