import { groupOf, idOf } from '@alloy/contracts';
import { executorRules, guessedKinds, kindRules, watcherRules, type AccessRule, type Policy } from '@alloy/policy';
import { parseAllDocuments, stringify } from 'yaml';
import type { Project } from '../api/shapes';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { readManifests, type ManifestFile } from '../files/read-manifests';
import { environmentOption } from '../options/target';
import { printable } from '../output/printable';
import type { Session } from '../session';
import type { Verb } from '../verb';

interface Options {
  readonly environment?: string;
  readonly filename?: readonly string[];
}

/** The keys of a policy on which the Role depends. */
type RolePolicy = Pick<Policy, 'kinds' | 'refuse' | 'prune' | 'traffic' | 'strategy' | 'blueGreen'>;
const DEFAULT: RolePolicy = { prune: 'alloy' };

export const verb: Verb = {
  name: 'rbac',
  summary: "Print the executor's Role for the kinds that releases write, and what the watcher needs for their router",
  example:
    'alloy project rbac | kubectl apply -n shop -f -\nalloy project rbac shop --environment staging\nalloy project rbac shop -f k8s/',
  routes: ['GET /api/v1/projects/{id}'],
  mutating: false,
  register(command, run) {
    command
      .argument('[project]', 'the project whose policy names the kinds (default: the kinds of the default policy)')
      .addOption(environmentOption())
      .option('-f, --filename <path...>', 'only the kinds in these manifests: files, folders, or - for stdin');
    run<Options>(async (session, [project], options) => {
      const { io, out } = session;
      // Without a project there is nothing to ask a server for.
      const policy = project === undefined ? DEFAULT : await policyOf(project, options.environment, session);
      const { released } = kindRules(policy);
      const used = options.filename && kindsIn(await readManifests(io, options.filename));
      const kinds = [...released].filter((id) => used === undefined || used.has(id));
      const objects = rolesFor(kinds, policy);
      if (out.format === 'json') return out.data(objects);
      for (const kind of guessedKinds(kinds)) out.note(`the resource of ${kind} is guessed: compare it with kubectl api-resources`);
      out.line(objects.map((object) => stringify(object)).join('---\n').trimEnd());
    });
  },
};

async function policyOf(project: string, asked: string | undefined, { api, context }: Session): Promise<RolePolicy> {
  const environment = asked ?? context.environment ?? 'production';
  const { policies } = await api.get<Project>(`api/v1/projects/${encodeURIComponent(project)}`);
  if (Object.hasOwn(policies, environment)) return policies[environment]!;
  throw new CliError('unknown_environment', exitCodes.usage, printable(`the project has no environment ${environment}`));
}

/** The kinds of all objects, also of those in a List; what is no object is ignored. */
function kindsIn(files: readonly ManifestFile[]): ReadonlySet<string> {
  const found = files.flatMap(({ text }) => parseAllDocuments(text).flatMap((document) => idsOf(document.toJS({ maxAliasCount: 100 }))));
  return new Set(['Deployment.apps', ...found]);
}

function idsOf(value: unknown): readonly string[] {
  const { apiVersion, kind, items } = (value ?? {}) as { readonly apiVersion?: unknown; readonly kind?: unknown; readonly items?: unknown };
  if (kind === 'List' && Array.isArray(items)) return items.flatMap(idsOf);
  return typeof apiVersion === 'string' && typeof kind === 'string' ? [idOf({ kind, group: groupOf(apiVersion) })] : [];
}

/** A policy with settings for blueGreen may be for releases that request it. */
const routerFor = ({ traffic, strategy, blueGreen }: RolePolicy) =>
  (traffic?.router ?? 'podRatio') === 'podRatio' && (strategy === 'blueGreen' || blueGreen) ? 'serviceSelector' : traffic?.router;

/** The watcher has a Role for all releases in deploy/rbac/namespace. */
function rolesFor(kinds: readonly string[], policy: RolePolicy): readonly object[] {
  const router = routerFor(policy);
  const watched = watcherRules(router);
  return [
    ...roleOf('alloy-executor', 'alloy-executor', executorRules(kinds, { prune: policy.prune !== 'none', router })),
    ...(watched.length > 0 ? roleOf('alloy-watcher-traffic', 'alloy-watcher', watched) : []),
  ];
}

const roleOf = (name: string, account: string, rules: readonly AccessRule[]): readonly object[] => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: 'alloy' }],
  },
];
