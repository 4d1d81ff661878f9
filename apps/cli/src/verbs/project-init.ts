import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readManifests } from '../files/read-manifests';
import { environmentOption } from '../options/target';
import type { View } from '../output/output';
import { knownOfManifests, type KnownOfManifests } from '../policy/known-of-manifests';
import { lintDocument } from '../policy/lint-policy';
import { proposals, type Proposal } from '../policy/proposals';
import { projectFile } from '../policy/project-file';
import { faulty } from '../policy/read-policy';
import type { Session } from '../session';
import type { Verb } from '../verb';

interface Options {
  readonly environment?: string;
  readonly filename?: readonly string[];
  readonly to?: string;
}

const view: View<Proposal> = {
  name: ({ file }) => file,
  columns: [{ head: 'FILE', cell: ({ file }) => file }, { head: 'PROJECT', cell: ({ project }) => project }],
};
const NOTHING: KnownOfManifests = { namespace: undefined, services: [], images: [], deployments: 0, followers: [] };
const UNCLEAR = 'several Deployments, and none with a Service: add `workload`, the name of the one that is released progressively';
const alone = (followers: readonly string[]): string =>
  `no Service selects the pods of Deployment ${followers.join(', ')}: release it together with one of these projects, which it follows, or as a project of its own`;
const several = (workload: string, file: string): string =>
  `the pods of Deployment ${workload} have several images: set \`image\` in ${file} to the one whose tag a release replaces`;
/** Where `npm start` serves ingest. */
const LOCAL = 'http://127.0.0.1:8080';

export const verb: Verb = {
  name: 'init',
  summary: 'Write a new project file, or one for each service of the manifests; never overwrites a file',
  example: 'alloy project init shop\nalloy project init shop -f k8s --to shop.yaml',
  routes: ['GET /schemas/project.v1.json'],
  mutating: false,
  register(command, run) {
    command
      .argument('<project>', 'its name; of several, the beginning of their names')
      .addOption(environmentOption())
      .option('-f, --filename <path...>', 'manifests, from which the namespace, the services and the images are read')
      .option('--to <file>', 'the file to write (default: the name of the project with .yaml)');
    run<Options>(async (session, [name = ''], { environment = 'production', filename, to }) => {
      const known = filename === undefined ? NOTHING : knownOfManifests(await readManifests(session.io, filename));
      const found = proposals(name, to ?? `${name}.yaml`, known);
      const namespace = known.namespace ?? name.toLowerCase();
      const texts = found.map(({ project, images, otherImages }) =>
        projectFile({ name: project, environment, namespace, images, otherImages, url: addressOf(session) }),
      );
      for (const [i, { file }] of found.entries()) checkNew(session, file, texts[i]!);
      for (const [i, { file }] of found.entries()) writeNew(session, file, texts[i]!);
      if (known.deployments > 1 && known.services.length === 0) session.out.note(UNCLEAR);
      for (const { file, images, service } of found) if (service && images.length > 1) session.out.note(several(service.workload, file));
      if (found.length > 1 && known.followers.length > 0) session.out.note(alone(known.followers));
      if (found.length === 1) await session.out.one(found[0]!, view, ({ file }) => [`wrote ${file}; next: alloy project apply -f ${file}`]);
      else if (session.out.format) await session.out.list(found, view);
      else for (const line of found.flatMap(linesOf)) session.out.line(line);
    });
  },
};

/** What belongs to one of several projects. */
function linesOf({ file, project, service }: Proposal): readonly string[] {
  const { workload, services, files } = service!;
  return [
    `wrote ${file}: project ${project} releases Deployment ${workload} with Service ${services.join(', ')}, from ${files.join(', ')}`,
    `  next: alloy project apply -f ${file}, and release its objects alone: alloy deploy --project ${project} -f …`,
  ];
}

/** The configured Alloy, which serves the schema; without one, that of this machine. */
function addressOf(session: Session): string {
  try {
    return session.context.url;
  } catch (error) {
    if (error instanceof CliError) return LOCAL;
    throw error;
  }
}

/** Before anything is written, so that all files are written or none. */
function checkNew({ io }: Session, file: string, text: string): void {
  const linted = lintDocument(text);
  if ('faults' in linted) throw faulty(file, linted.faults, 'project file');
  if (existsSync(resolve(io.cwd, file))) throw exists(file);
}

function writeNew({ io }: Session, file: string, text: string): void {
  try {
    writeFileSync(resolve(io.cwd, file), text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST' ? exists(file) : new CliError('unwritable_file', exitCodes.usage, `${file}: ${message}`);
  }
}

const exists = (file: string): CliError =>
  new CliError('file_exists', exitCodes.usage, `${file} exists and was not changed`, 'Choose another file with --to.');
