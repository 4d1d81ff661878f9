import type { Asked } from '../api/shapes';
import { exitCodes } from '../exit-codes';
import { pathOf } from '../follow/follow-release';
import { environmentOption, projectOption, type PlaceOptions } from '../options/place';
import { onlyRelease } from '../options/which-release';
import type { Verb } from '../verb';

export interface Intent<O> {
  readonly name: 'promote' | 'abort' | 'pause' | 'resume';
  readonly summary: string;
  readonly example: string;
  /** Options of its own, as commander takes them: flags and what they mean. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  /** What is asked for besides the reason; default nothing. */
  body?(options: O): object;
  /** What was asked, in words. */
  told(options: O): string;
}

/** A verb that asks something of a release that goes on: the named one, or the only one of the project. */
export const intentVerb = <O extends object = object>({ name, summary, example, options = [], body, told }: Intent<O>): Verb => ({
  name, summary, example,
  routes: [`POST /api/v1/releases/{id}/${name}`, 'GET /api/v1/releases'],
  mutating: true,
  exits: [exitCodes.refused],
  register(command, run) {
    command.argument('[release]', 'its id (default: the only one of the project that goes on)').addOption(projectOption()).addOption(environmentOption());
    for (const [flags, meaning] of options) command.option(flags, meaning);
    run<O & PlaceOptions>(async (session, [named], typed) => {
      const id = await onlyRelease(session, named, typed);
      const asked = await session.api.post<Asked>(`${pathOf(id)}/${name}`, { ...body?.(typed), reason: session.reason });
      await session.out.one(asked, { name: (it) => it.id, columns: [{ head: 'RELEASE', cell: (it) => it.id }, { head: 'STATUS BEFORE', cell: ({ status }) => status }] }, () => [`${told(typed)} release ${id}, which was ${asked.status}`]);
    });
  },
});
