/** Injection tokens of what is no class. */
export const PROJECTS = Symbol('projects');
export const PROJECT_REGISTRY = Symbol('project registry');
export const USER_REGISTRY = Symbol('user registry');
export const TOKEN_REGISTRY = Symbol('token registry');
export const IDEMPOTENCY_KEYS = Symbol('idempotency keys');
export const LEDGER = Symbol('ledger');
