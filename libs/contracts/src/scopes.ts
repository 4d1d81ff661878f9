/** Scopes of a token, in ascending order; each includes those before it. */
export const scopes = ['read', 'deploy', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Whether a token with scope `held` may do what requires `needed`. */
export const covers = (held: Scope, needed: Scope): boolean => scopes.indexOf(held) >= scopes.indexOf(needed);

/** In a token's list of projects: all projects, including future ones. */
export const EVERY_PROJECT = '*';
