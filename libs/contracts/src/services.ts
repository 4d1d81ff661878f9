/** The five services in the order of their ports: ingest listens on APP_PORT, planner on APP_PORT+1, and so on. */
export const services = ['ingest', 'planner', 'executor', 'watcher', 'notifier'] as const;
export type Service = (typeof services)[number];

/** The services that a release can wait for; on each resync a service processes the releases that wait for it. */
export const awaitable = ['planner', 'executor', 'watcher'] as const;
export type Awaits = (typeof awaitable)[number];
