import { showRelease } from '../follow/show-release';
import { environmentOption, projectOption, type TargetOptions } from '../options/target';
import { waitRoutes } from '../options/wait';
import { newestRelease } from '../options/which-release';
import { releaseView } from '../output/release-view';
import type { Verb } from '../verb';

export const verb: Verb = {
  name: 'watch',
  summary: 'Watch a release until it ends: as a tree on a terminal, else as lines',
  example: 'alloy watch\nalloy watch 01K9ZJ5QX8N4V7R2T6WDYB3CHM',
  routes: ['GET /api/v1/releases', ...waitRoutes],
  mutating: false,
  register(command, run) {
    command
      .argument('[release]', 'its id (default: the newest one of the project)')
      .addOption(projectOption())
      .addOption(environmentOption())
      .option('--verbose', 'print each event');
    run<TargetOptions & { readonly verbose?: boolean }>(async (session, [named], options) => {
      const { out, io } = session;
      const release = await showRelease(session, await newestRelease(session, named, options), { verbose: options.verbose });
      if (out.format) await out.one(release, releaseView(io.now()));
    });
  },
};
