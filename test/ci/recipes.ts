import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** The script that a recipe gives to its CI, and the variables that the recipe sets in addition to the CI's own. */
export interface Recipe {
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
}

export type Inputs = Readonly<Record<string, string>>;

const read = (...path: string[]): string => readFileSync(join(__dirname, '..', '..', 'deploy', 'ci', ...path), 'utf8');

interface Described {
  readonly inputs: Readonly<Record<string, { readonly description?: string; readonly default?: string; readonly required?: boolean }>>;
}

/**
 * The value of each input: the given one, else its default, else what `missing` returns. Throws for an unknown input,
 * which would fail a job.
 */
function settled({ inputs }: Described, given: Inputs, missing: (name: string) => string): Inputs {
  const unknown = Object.keys(given).filter((name) => !(name in inputs));
  if (unknown.length > 0) throw new Error(`unknown input ${unknown.join(', ')}`);
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => {
    return [name, given[name] ?? input.default ?? missing(name)];
  }));
}

/** GitHub uses `required` only to warn the author of a workflow: a missing input is the empty string. */
const asGithub = (): string => '';

/** GitLab creates no pipeline if a required input is missing. */
const asGitlab = (name: string): never => {
  throw new Error(`the input ${name} is missing`);
};

/** The inputs that a recipe declares. */
export function inputsOf(ci: 'github' | 'gitlab'): Described['inputs'] {
  if (ci === 'github') return (parse(read('github', 'action.yml')) as Described).inputs;
  return (parseAllDocuments(read('gitlab', 'templates', 'release.yml'))[0]!.toJS() as { readonly spec: Described }).spec.inputs;
}

const filled = (text: string, pattern: RegExp, values: Inputs): string =>
  text.replace(pattern, (_, name: string) => values[name] ?? `<no ${name}>`);

/** The composite action, as run by a workflow that uses it with these inputs. */
export function github(given: Inputs): Recipe {
  const action = parse(read('github', 'action.yml')) as Described & {
    readonly runs: {
      readonly using: string;
      readonly steps: readonly { readonly shell: string; readonly run: string; readonly env: Inputs }[];
    };
  };
  const { steps, using } = action.runs;
  if (using !== 'composite' || steps.length !== 1 || steps[0]!.shell !== 'bash')
    throw new Error('the action must be composite, with one bash step');
  const inputs = settled(action, given, asGithub);
  const fill = (text: string) => filled(text, /\$\{\{ inputs\.([\w-]+) \}\}/g, inputs);
  // GitHub pastes inputs into the script without quoting: they may only be passed as variables.
  if (steps[0]!.run.includes('${{')) throw new Error('the script contains an expression: pass inputs as variables');
  return { shell: steps[0]!.run, env: Object.fromEntries(Object.entries(steps[0]!.env).map(([name, value]) => [name, fill(value)])) };
}

/** The component, as run by a pipeline that includes it with these inputs. */
export function gitlab(given: Inputs): Recipe & { readonly audience: string } {
  const [, body] = parseAllDocuments(read('gitlab', 'templates', 'release.yml'));
  const inputs = settled({ inputs: inputsOf('gitlab') }, given, asGitlab);
  const text = filled(String(body), /\$\[\[ inputs\.([\w-]+) \]\]/g, inputs);
  const [job] = Object.values(
    parse(text) as Record<
      string,
      {
        readonly script: readonly string[];
        readonly variables: Inputs;
        readonly id_tokens: { readonly ALLOY_TOKEN: { readonly aud: string } };
      }
    >,
  );
  return { shell: job!.script.join('\n'), env: job!.variables, audience: job!.id_tokens.ALLOY_TOKEN.aud };
}

/** The stage's shell script, with the environment of the pipeline. */
export function jenkins(): Recipe {
  const text = read('jenkins', 'Jenkinsfile');
  const [, shell] = /sh '''\n([\s\S]*?)\n\s*'''/.exec(text) ?? [];
  const [, block] = /environment \{\n([\s\S]*?)\n {2}\}/.exec(text) ?? [];
  return { shell: shell!, env: Object.fromEntries([...block!.matchAll(/(\w+) = '([^']*)'/g)].map(([, name, value]) => [name!, value!])) };
}

export function circleci(): Recipe {
  const { jobs } = parse(read('circleci', 'config.yml')) as {
    readonly jobs: {
      readonly release: {
        readonly environment: Inputs;
        readonly steps: readonly (string | { readonly run?: { readonly command: string } })[];
      };
    };
  };
  const [run] = jobs.release.steps.flatMap((step) => (typeof step === 'object' && step.run ? [step.run.command] : []));
  return { shell: run!, env: jobs.release.environment };
}
