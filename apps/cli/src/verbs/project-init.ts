import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readManifests } from '../files/read-manifests';
import { environmentOption } from '../options/target';
import type { View } from '../output/output';
import { knownOfManifests, type KnownOfManifests } from '../policy/known-of-manifests';
import { lintDocument } from '../policy/lint-policy';
import { projectFile } from '../policy/project-file';
import { faulty } from '../policy/read-policy';
import type { Session } from '../session';
import type { Verb } from '../verb';

interface Options {
  readonly environment?: string;
  readonly filename?: readonly string[];
  readonly to?: string;
}
interface Written {
  readonly file: string;
}

const view: View<Written> = { name: ({ file }) => file, columns: [{ head: 'FILE', cell: ({ file }) => file }] };
const NOTHING: KnownOfManifests = { namespace: undefined, image: undefined, otherImages: [], deployments: 0 };
/** Where `npm start` serves ingest. */
const LOCAL = 'http://127.0.0.1:8080';

export const verb: Verb = {
  name: 'init',
  summary: 'Write a new project file, with the schema for the editor; never overwrites a file',
  example: 'alloy project init shop\nalloy project init shop -f k8s --to shop.yaml',
  routes: ['GET /schemas/project.v1.json'],
  mutating: false,
  register(command, run) {
    command
      .argument('<project>', 'its name')
      .addOption(environmentOption())
      .option('-f, --filename <path...>', 'manifests, from which the namespace and the images are read')
      .option('--to <file>', 'the file to write (default: the name of the project with .yaml)');
    run<Options>(async (session, [name = ''], { environment = 'production', filename, to = `${name}.yaml` }) => {
      const known = filename === undefined ? NOTHING : knownOfManifests(await readManifests(session.io, filename));
      const { namespace = name.toLowerCase(), image, otherImages } = known;
      const text = projectFile({ name, environment, namespace, image, otherImages, url: addressOf(session) });
      const linted = lintDocument(text);
      if ('faults' in linted) throw faulty(to, linted.faults, 'project file');
      writeNew(resolve(session.io.cwd, to), to, text);
      if (known.deployments > 1)
        session.out.note(`${known.deployments} Deployments: a release has one, so write a project file for each of them`);
      await session.out.one({ file: to }, view, () => [`wrote ${to}; next: alloy project apply -f ${to}`]);
    });
  },
};

/** The configured Alloy, which serves the schema; without one, that of this machine. */
function addressOf(session: Session): string {
  try {
    return session.context.url;
  } catch (error) {
    if (error instanceof CliError) return LOCAL;
    throw error;
  }
}

function writeNew(path: string, name: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new CliError('file_exists', exitCodes.usage, `${name} exists and was not changed`, 'Choose another file with --to.');
    throw new CliError('unwritable_file', exitCodes.usage, `${name}: ${message}`);
  }
}
