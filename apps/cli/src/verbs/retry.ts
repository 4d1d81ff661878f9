import type { Accepted } from '../api/shapes';
import { pathOf } from '../follow/follow-release';
import { waitExits, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import type { Verb } from '../verb';
import { follow } from './new-release';

export const verb: Verb = {
  name: 'retry',
  summary: 'Repeat a release',
  example: "alloy retry 01K9ZJ5QX8N4V7R2T6WDYB3CHM --wait --reason 'the registry is back'",
  routes: ['POST /api/v1/releases/{id}/retry', ...waitRoutes],
  mutating: true,
  exits: waitExits,
  register(command, run) {
    withWait(command.argument('<release>', 'id of an ended release'));
    run<WaitOptions>(async (session, [id = ''], options) =>
      follow(session, await session.api.post<Accepted>(`${pathOf(id)}/retry`, { reason: session.reason }), options),
    );
  },
};
