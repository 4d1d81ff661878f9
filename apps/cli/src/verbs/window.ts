import type { ReleaseWindow } from '@alloy/release';
import { exitCodes } from '../exit-codes';
import { environmentOption, targetOf, projectOption, type TargetOptions } from '../options/target';
import { printable } from '../output/printable';
import type { Verb } from '../verb';

const MEANING: Readonly<Record<ReleaseWindow['prospect'], string>> = {
  starts: 'a release would start immediately',
  supersedes: 'a release would replace the running one',
  waits: 'a release would wait',
  rejected: 'a release would be rejected',
};

export const verb: Verb = {
  name: 'window',
  summary: 'Print whether a release may start now; exit code 6 if not, with the reason',
  example: 'alloy window --project shop && alloy deploy -f k8s/ --image-tag v2 --wait',
  routes: ['GET /api/v1/projects/{id}/window'],
  mutating: false,
  exits: [exitCodes.refused],
  register(command, run) {
    command.addOption(projectOption()).addOption(environmentOption());
    run<TargetOptions>(async ({ api, out, context }, _args, options) => {
      const { project, environment } = targetOf(options, context);
      const window = await api.get<ReleaseWindow>(`api/v1/projects/${encodeURIComponent(project)}/window`, { environment });
      await out.one(window, { name: () => (window.open ? 'open' : 'closed'), columns: [
        { head: 'PROJECT', cell: () => project },
        { head: 'ENVIRONMENT', cell: () => environment },
        { head: 'WINDOW', cell: () => (window.open ? 'open' : 'closed') },
        { head: 'RUNNING', cell: () => window.running?.id ?? '' },
        { head: 'WAITING', cell: () => String(window.waiting) },
        { head: 'WHEN BUSY', cell: () => window.whenBusy },
      ] }, out.format === 'wide' ? undefined : () => sentences(window));
      return window.open ? exitCodes.done : exitCodes.refused;
    });
  },
};

const sentences = ({ project, environment, open, prospect, reasons, opensAt }: ReleaseWindow): readonly string[] =>
  [
    `${open ? 'open' : 'closed'}: ${MEANING[prospect]} (${project} ${environment})`,
    ...reasons.map(({ text, code }) => `  ${text} [${code}]`),
    ...(opensAt === null ? [] : [`  opens at ${opensAt}`]),
  ].map(printable);
