/** Injection tokens of what is no class. */
export const PROJECTS = Symbol('projects');
export const LEDGER = Symbol('ledger');
