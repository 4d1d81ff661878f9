import type { Asked, Release } from '../api/shapes';
import { exitCodes } from '../exit-codes';
import { pathOf } from '../follow/follow-release';
import { environmentOption, projectOption, type TargetOptions } from '../options/target';
import { onlyRelease } from '../options/which-release';
import type { Verb } from '../verb';

export interface Intent<O> {
  readonly name: 'promote' | 'abort' | 'pause' | 'resume';
  readonly summary: string;
  readonly example: string;
  /** Additional options in commander's syntax, with descriptions. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  /** Fields of the request's body and the text that confirms it, by what the release shows now. */
  ask(options: O, release: Pick<Release, 'plan' | 'step' | 'status'>): { readonly body?: object; readonly message: string };
  /** Whether `ask` needs the release; default: it does not, and gets one without a plan. */
  needsRelease?(options: O): boolean;
}

const UNKNOWN = { plan: null, step: null, status: 'releasing' } as const;

/** A verb that sends an intent to a running release: the named one, or the only one of the project. */
export const intentVerb = <O extends object = object>({
  name, summary, example, options = [], ask, needsRelease,
}: Intent<O>): Verb => ({
  name, summary, example,
  routes: [`POST /api/v1/releases/{id}/${name}`, 'GET /api/v1/releases', ...(needsRelease ? ['GET /api/v1/releases/{id}' as const] : [])],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command
      .argument('[release]', 'its id (default: the only running one of the project)')
      .addOption(projectOption())
      .addOption(environmentOption());
    for (const [flags, meaning] of options) command.option(flags, meaning);
    run<O & TargetOptions>(async (session, [named], typed) => {
      const id = await onlyRelease(session, named, typed);
      const { body, message } = ask(typed, needsRelease?.(typed) ? await session.api.get<Release>(pathOf(id)) : UNKNOWN);
      const asked = await session.api.post<Asked>(`${pathOf(id)}/${name}`, { ...body, reason: session.reason });
      await session.out.one(
        asked,
        {
          name: (it) => it.id,
          columns: [
            { head: 'RELEASE', cell: (it) => it.id },
            { head: 'STATUS BEFORE', cell: ({ status }) => status },
          ],
        },
        () => [`${message} release ${id}, which was ${asked.status}`],
      );
    });
  },
});
