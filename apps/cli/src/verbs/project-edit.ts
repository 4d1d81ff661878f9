import { Option } from 'commander';
import { stringify } from 'yaml';
import type { Project } from '../api/shapes';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { environmentOption } from '../options/target';
import { projectView } from '../output/project-view';
import { editText } from '../policy/edit-text';
import { lintPolicy } from '../policy/lint-policy';
import { assignment } from '../policy/assignment';
import { patchBetween, patchOf } from '../policy/patch-between';
import { faulty, readPatch } from '../policy/read-policy';
import type { Session } from '../session';
import type { Verb } from '../verb';

type Json = Readonly<Record<string, unknown>>;
interface Options {
  readonly environment?: string;
  readonly filename?: string;
  readonly set?: ReadonlyArray<readonly [string, unknown]>;
}

export const verb: Verb = {
  name: 'edit',
  summary: 'Change the policy of an environment, for future releases',
  example:
    "alloy project edit shop\nalloy project edit shop --set analysis.maxErrorRate=0.02 --set whenBusy=queue --reason 'noisy upstream'\nalloy project edit shop --environment staging -f change.yaml",
  routes: ['GET /api/v1/projects/{id}', 'PATCH /api/v1/projects/{id}'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command
      .argument('<project>', 'its name')
      .addOption(environmentOption())
      .option('-f, --filename <file>', 'a merge patch in YAML (null restores a default), or - for stdin')
      .addOption(
        new Option('--set <path=value>', 'one value, in YAML; repeatable (default: edit the policy in $EDITOR)')
          .argParser(assignment)
          .conflicts('filename'),
      );
    run<Options>(async (session, [id = ''], options) => {
      const { api, io, out, reason, context } = session;
      const environment = options.environment ?? context.environment ?? 'production';
      const path = `api/v1/projects/${encodeURIComponent(id)}`;
      const policy = options.set
        ? patchOf(options.set)
        : options.filename !== undefined
          ? await readPatch(io, options.filename)
          : await edited(session, await api.get<Project>(path), environment);
      if (Object.keys(policy).length === 0) return out.note('nothing was changed');
      const project = await api.json<Project>(path, { method: 'PATCH', body: { environment, policy, reason } });
      await out.one(
        project,
        projectView(io.now()),
        out.format === 'wide'
          ? undefined
          : () => [`changed ${Object.keys(policy).join(', ')} of ${id} (${environment}), for future releases`],
      );
    });
  },
};

async function edited({ io }: Session, { policies }: Project, environment: string): Promise<Json> {
  if (!io.stdin.isTTY || !io.stdout.isTTY)
    throw new CliError('no_terminal', exitCodes.usage, 'there is no terminal for an editor: use --set or -f');
  const present: Json = Object.hasOwn(policies, environment) ? policies[environment]! : {};
  const { text, path, forget } = await editText(io, stringify(present));
  const linted = lintPolicy(text);
  if ('faults' in linted) throw faulty(path, linted.faults);
  forget();
  return patchBetween(present, linted.written);
}
