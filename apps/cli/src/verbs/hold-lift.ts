import { exitCodes } from '../exit-codes';
import { environmentOption, projectOption, targetOf, type TargetOptions } from '../options/target';
import type { Verb } from '../verb';
import { postHold, showHold } from './post-hold';

export const verb: Verb = {
  name: 'lift',
  summary: 'Lift the hold of an environment: the releases that wait continue',
  example: "alloy hold lift --project shop --reason 'v3 has the fix'",
  routes: ['POST /api/v1/projects/{id}/hold/lift'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command.addOption(projectOption()).addOption(environmentOption());
    run<TargetOptions>(async (session, _args, options) => {
      const answer = await postHold(session, targetOf(options, session.context), 'hold/lift');
      await showHold(session, answer, `lifted the hold of ${answer.project} (${answer.environment})`);
    });
  },
};
