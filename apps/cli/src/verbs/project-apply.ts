import type { AppliedDocument } from '../api/shapes';
import { exitCodes } from '../exit-codes';
import { differenceLines } from '../policy/difference-lines';
import { readDocument } from '../policy/read-policy';
import type { View } from '../output/output';
import type { Verb } from '../verb';

interface Options {
  readonly filename: string;
  readonly dryRun?: true;
}

const view: View<AppliedDocument> = {
  name: ({ document }) => document.metadata.name,
  columns: [
    { head: 'PROJECT', cell: ({ document }) => document.metadata.name },
    { head: 'VERSION', cell: ({ document }) => String(document.metadata.version ?? '') },
    { head: 'CHANGED', cell: ({ differences }) => differences.map(({ environment, path }) => `${environment}.${path}`).join(',') },
  ],
};

export const verb: Verb = {
  name: 'apply',
  summary: 'Create a project, or change its policies, by a project file',
  example: "alloy project apply -f shop.yaml --dry-run\nalloy project apply -f shop.yaml --reason 'noisy upstream'",
  routes: ['PUT /api/v1/projects/{id}/document'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command
      .requiredOption('-f, --filename <file>', 'the project file in YAML, or - for stdin')
      .option('--dry-run', 'print the differences and write nothing');
    run<Options>(async ({ api, io, out, reason }, _args, { filename, dryRun = false }) => {
      const { written, document } = await readDocument(io, filename);
      const path = `api/v1/projects/${encodeURIComponent(document.metadata.name)}/document`;
      const applied = await api.json<AppliedDocument>(path, { method: 'PUT', body: { document: written, dryRun, reason } });
      await out.one(applied, view, out.format === 'wide' ? undefined : () => [
        ...differenceLines(applied.differences, out.color),
        outcomeOf(applied),
      ]);
    });
  },
};

function outcomeOf({ document: { metadata }, differences, created, dryRun }: AppliedDocument): string {
  const { name, version = 0 } = metadata;
  const environments = [...new Set(differences.map(({ environment }) => environment))].join(', ');
  if (dryRun && created) return `${name} would be created; nothing was written`;
  if (created) return `created ${name}, version ${version}`;
  if (differences.length === 0) return `nothing to change: ${name} is at version ${version}`;
  return dryRun ? `${environments} of ${name} would change; nothing was written` : `changed ${environments} of ${name}, version ${version}`;
}
