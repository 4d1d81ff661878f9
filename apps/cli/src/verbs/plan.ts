import type { PlanAnswer } from '@alloy/release';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { nameCulprits } from '../files/name-culprits';
import { readManifests, type ManifestFile } from '../files/read-manifests';
import { splitProjects } from '../files/split-projects';
import { strategyOption } from '../options/strategy';
import { environmentOption, targetOf, projectOption, type TargetOptions } from '../options/target';
import type { View } from '../output/output';
import { planLines } from '../output/plan-lines';
import { lintDocument } from '../policy/lint-policy';
import { faulty } from '../policy/read-policy';
import type { Verb } from '../verb';

interface Options extends TargetOptions {
  readonly filename: readonly string[];
  readonly imageTag: string;
  readonly strategy: string;
  readonly resolveDigest?: boolean;
}

const view: View<PlanAnswer> = {
  name: ({ project }) => project,
  columns: [
    { head: 'PROJECT', cell: ({ project }) => project },
    { head: 'ENVIRONMENT', cell: ({ environment }) => environment },
    { head: 'TAG', cell: ({ imageTag }) => imageTag },
    { head: 'STRATEGY', cell: ({ plan }) => plan?.strategy ?? '' },
    { head: 'GOES', cell: ({ goes }) => (goes ? 'yes' : 'no') },
    { head: 'REFUSED', cell: ({ refusals }) => refusals.map(({ code }) => code).join(',') },
  ],
};

export const verb: Verb = {
  name: 'plan',
  summary: 'Show what a release would do, and what would refuse it; writes nothing',
  example: 'alloy plan -f k8s/ --image-tag v2 --project shop\nkustomize build . | alloy plan -f shop.yaml -f - --image-tag v2 -o json',
  routes: ['POST /api/v1/plans'],
  mutating: false,
  exits: [exitCodes.refused],
  register(command, run) {
    command
      .requiredOption(
        '-f, --filename <path...>',
        'the manifests: files, folders, or - for stdin; a project file among them is used in place of the stored policy',
      )
      .requiredOption('--image-tag <tag>', 'the tag of the built image, its digest (sha256:…), or tag@digest')
      .addOption(projectOption())
      .addOption(environmentOption())
      .addOption(strategyOption())
      .option('--resolve-digest', 'resolve the tag once and plan with the digest (default: as in the policy)');
    run<Options>(async ({ io, context, api, out }, _args, options) => {
      const { projects, manifests } = splitProjects(await readManifests(io, options.filename));
      const written = documentOf(projects, options.project);
      if (manifests.length === 0) throw new CliError('no_manifests', exitCodes.usage, `${options.filename.join(', ')}: no manifests found`);
      const { imageTag, strategy, resolveDigest } = options;
      const project = options.project ?? written?.name;
      const target = targetOf({ ...options, ...(project !== undefined && { project }) }, context);
      const texts = manifests.map(({ text }) => text);
      const body = { ...target, imageTag, strategy, resolveDigest, document: written?.document, manifests: texts };
      const answer = await api.post<PlanAnswer>('api/v1/plans', body).catch((error: unknown) => {
        throw nameCulprits(error, manifests);
      });
      await out.one(answer, view, out.format === 'wide' ? undefined : () => planLines(answer, out.color));
      return answer.goes ? exitCodes.done : exitCodes.refused;
    });
  },
};

interface Written {
  readonly name: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** The only project file, or that of the project, as written. Throws `CliError` with all its errors. */
function documentOf(files: readonly ManifestFile[], project: string | undefined): Written | undefined {
  const found = files.map((file) => {
    const linted = lintDocument(file.text);
    if ('faults' in linted) throw faulty(file.name, linted.faults, 'document of a project');
    return { name: linted.document.metadata.name, document: linted.written };
  });
  const fitting = found.length > 1 && project !== undefined ? found.filter(({ name }) => name === project) : found;
  if (fitting.length <= 1) return fitting[0];
  const names = found.map(({ name }) => name).join(', ');
  throw new CliError('which_project', exitCodes.usage, `which project? the files have ${names}: use --project`);
}
