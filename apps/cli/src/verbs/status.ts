import type { Release } from '../api/shapes';
import { pathOf } from '../follow/follow-release';
import { environmentOption, projectOption, type TargetOptions } from '../options/target';
import { conclude, waitExits, waitFor, waitRoutes, withWait, type WaitOptions } from '../options/wait';
import { newestRelease } from '../options/which-release';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'status',
  summary: 'Print the status of a release, also as exit code; with --wait once it has ended',
  example: 'alloy status 01K9ZJ5QX8N4V7R2T6WDYB3CHM --wait --timeout 30m\nalloy status --project shop',
  routes: ['GET /api/v1/releases', ...waitRoutes],
  mutating: false,
  exits: waitExits,
  register(command, run) {
    withWait(
      command
        .argument('[release]', 'its id (default: the newest one of the project)')
        .addOption(projectOption())
        .addOption(environmentOption()),
    );
    run<TargetOptions & WaitOptions>(async (session, [named], options) => {
      const id = await newestRelease(session, named, options);
      return options.wait ? waitFor(session, id, options) : conclude(session, await session.api.get<Release>(pathOf(id)), options);
    });
  },
};
