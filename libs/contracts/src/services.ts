/** The five services, in the order of their ports: APP_PORT is ingest's, APP_PORT+1 the planner's, and so on. */
export const services = ['ingest', 'planner', 'executor', 'watcher', 'notifier'] as const;
export type Service = (typeof services)[number];

/** Who a release waits for; a service sweeps the releases that wait for it. */
export const awaitable = ['planner', 'executor', 'watcher'] as const;
export type Awaits = (typeof awaitable)[number];
