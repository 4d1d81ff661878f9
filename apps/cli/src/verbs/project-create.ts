import type { Project } from '../api/shapes';
import { exitCodes } from '../exit-codes';
import { environmentOption } from '../options/target';
import { projectView } from '../output/project-view';
import { readPolicy } from '../policy/read-policy';
import type { Verb } from '../verb';

interface Options {
  readonly environment?: string;
  readonly filename?: string;
}

export const verb: Verb = {
  name: 'create',
  summary: 'Create a project with the policy of its first environment',
  example: "alloy project create shop -f policy.yaml --reason 'the shop moves to Alloy'",
  routes: ['POST /api/v1/projects'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command
      .argument('<project>', 'its name')
      .addOption(environmentOption())
      .option('-f, --filename <file>', 'its policy in YAML, or - for stdin (default: the default policy)');
    run<Options>(async ({ api, io, out, reason, context }, [id], { environment = context.environment ?? 'production', filename }) => {
      const policy = filename === undefined ? {} : await readPolicy(io, filename);
      const project = await api.post<Project>('api/v1/projects', { id, environment, policy, reason });
      await out.one(project, projectView(io.now()), out.format === 'wide' ? undefined : () => [`project ${project.id} is there`]);
    });
  },
};
