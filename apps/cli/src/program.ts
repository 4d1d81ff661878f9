import { Command, Option } from 'commander';
import { markDefaultVerb } from './default-verbs';
import { exitTexts, type ExitCode } from './exit-codes';
import type { Context } from './config/context';
import type { Io } from './io';
import { formats } from './output/output';
import { Session, type CommonOptions } from './session';
import { isGroup, type Act, type Verb, type VerbGroup } from './verb';
import { registry } from './verbs/registry';

/** The commands for `argv`: only the typed verb if it is known, else all. Calls `onExit` with the verb's exit code. */
export async function program(argv: readonly string[], io: Io, onExit: (code: ExitCode) => void): Promise<Command> {
  const root = new Command('alloy')
    .description('Releases builds to Kubernetes by an Alloy server.')
    .usage('<verb> [options]')
    .helpCommand(false)
    .showHelpAfterError('(see alloy --help, or --help after a verb)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  for (const verb of await verbsFor(argv[0])) {
    if (isGroup(verb)) addGroup(root, verb, io, onExit);
    else addVerb(root, verb, io, onExit);
  }
  return root;
}

/** All verbs, loaded. */
export const allVerbs = (): Promise<readonly (Verb | VerbGroup)[]> =>
  Promise.all(Object.values(registry).map(async (load) => (await load()).verb));

async function verbsFor(first: string | undefined): Promise<readonly (Verb | VerbGroup)[]> {
  const load = first !== undefined && Object.hasOwn(registry, first) ? registry[first] : undefined;
  const verb = load && (await load()).verb;
  return verb && !('wantsAll' in verb && verb.wantsAll) ? [verb] : allVerbs();
}

function addGroup(root: Command, { name, summary, verbs }: VerbGroup, io: Io, onExit: (code: ExitCode) => void): void {
  const group = root.command(name).description(summary).usage('<verb> [options]').helpCommand(false);
  for (const verb of verbs) addVerb(group, verb, io, onExit);
}

function addVerb(parent: Command, verb: Verb, io: Io, onExit: (code: ExitCode) => void): void {
  const command = parent.command(verb.name, { isDefault: verb.isDefault ?? false }).description(verb.summary).allowExcessArguments(false);
  if (verb.isDefault) markDefaultVerb(command);
  const run = <O extends object>(act: Act<O>): void => {
    command.action(async () => {
      const options = command.opts<O & CommonOptions>();
      const session = new Session(io, options, await locator(verb, io, options));
      onExit((await act(session, command.args, options)) ?? 0);
    });
  };
  verb.register(command, run);
  if (verb.mutating) command.option('--reason <text>', 'the reason, which is recorded');
  const shown = verb.formats ?? formats;
  if (shown.length > 0) command.addOption(new Option('-o, --output <form>', 'output format').choices([...shown]));
  if (verb.routes.length > 0 && !verb.takesAddress) command.option('--context <name>', 'the context of the config file');
  command.addHelpText('after', () => closing(verb));
}

/** Finds the verb's server. Verbs that work offline do not load the config. */
async function locator({ name, routes }: Verb, io: Io, { context }: CommonOptions): Promise<() => Context> {
  if (routes.length === 0) return () => bug(`${name} declares no route and therefore has no server`);
  const { findContext } = await import('./config/find-context.js');
  return () => findContext(io, context);
}

function bug(text: string): never {
  throw new Error(text);
}

/** The end of each verb's help. */
function closing({ example, routes, exits = [] }: Verb): string {
  const codes: readonly ExitCode[] = [0, 1, 2, ...exits, 130];
  return [
    '', 'Example:', ...example.split('\n').map((line) => `  ${line}`),
    '', ...(routes.length === 0 ? ['Works offline.'] : ['Asks:', ...routes.map((route) => `  ${route}`)]),
    '', 'Exit codes:', ...codes.map((code) => `  ${String(code).padStart(3)}  ${exitTexts[code]}`),
  ].join('\n');
}
