/**
 * Injection tokens for values without a class. A feature injects the ports that it needs; only `storage/` injects the
 * ledger.
 */
export const CONFIG = Symbol('config');
export const LEDGER = Symbol('ledger');
export const REPOSITORIES = Symbol('repositories');

/** `pg.Pool`, for the event store's own tools. */
export const POOL = Symbol('pool');
export const EVENT_STORE = Symbol('event store');
export const RELEASE_LOG = Symbol('release log');
export const ARTIFACTS = Symbol('artifacts');
export const STABLE_VERSIONS = Symbol('stable versions');
export const OBSERVED_PODS = Symbol('observed pods');
export const POLICIES = Symbol('policies');
export const HOLDS = Symbol('holds');
export const SECRETS = Symbol('secrets');
export const PLAN_REQUESTS = Symbol('plan requests');
export const SURROUNDINGS = Symbol('surroundings');
export const IDEMPOTENCY_KEYS = Symbol('idempotency keys');
export const REQUEST_MARKS = Symbol('request marks');

export const PROJECTS = Symbol('projects');
export const PROJECT_REGISTRY = Symbol('project registry');
export const USER_REGISTRY = Symbol('user registry');
export const TOKEN_REGISTRY = Symbol('token registry');
export const TRUST_BOOK = Symbol('trust book');
export const RELEASE_LIST = Symbol('release list');
export const PROJECT_HISTORY = Symbol('project history');
export const ARTIFACT_USES = Symbol('artifact uses');
