/** What a token allows; each allows what those before it allow. */
export const scopes = ['read', 'deploy', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** True if `held` allows what `needed` asks for. */
export const covers = (held: Scope, needed: Scope): boolean => scopes.indexOf(held) >= scopes.indexOf(needed);

/** In a token's list of projects: every project, those to come too. */
export const EVERY_PROJECT = '*';
