import type { Token } from '../api/shapes';
import { age, span } from '../output/age';
import type { View } from '../output/output';
import type { Verb } from '../verb';

const left = (expiresAt: string | null, now: number): string =>
  expiresAt === null ? 'never' : Date.parse(expiresAt) <= now ? 'expired' : `in ${span((Date.parse(expiresAt) - now) / 1_000)}`;

const view = (now: number): View<Token> => ({
  name: ({ id }) => id,
  columns: [
    { head: 'TOKEN', cell: ({ id }) => id },
    { head: 'NAME', cell: ({ name }) => name },
    { head: 'USER', cell: ({ user }) => user },
    { head: 'SCOPE', cell: ({ scope }) => scope },
    { head: 'PROJECTS', cell: ({ projects }) => projects.join(',') },
    { head: 'AGE', cell: ({ createdAt }) => age(createdAt, now) },
    { head: 'EXPIRES', cell: ({ expiresAt }) => left(expiresAt, now) },
    { head: 'USED', cell: ({ lastUsedAt }) => age(lastUsedAt, now), isWide: true },
  ],
});

export const verb: Verb = {
  name: 'list',
  summary: 'List the tokens within your own scope and projects, without their text',
  example: 'alloy token list --user ci',
  routes: ['GET /api/v1/tokens'],
  mutating: false,
  register(command, run) {
    command.option('--user <name>', 'only tokens of this user');
    run<{ readonly user?: string }>(async ({ api, out, io }, _args, { user }) =>
      out.list(await api.all<Token>('api/v1/tokens', { user }), view(io.now())),
    );
  },
};
