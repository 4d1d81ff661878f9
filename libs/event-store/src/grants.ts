import type { Service } from '@alloy/contracts';

export type Role = `alloy_${Service}`;
export const roles: readonly Role[] = ['alloy_ingest', 'alloy_planner', 'alloy_executor', 'alloy_watcher', 'alloy_notifier'];

export type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
/** Privileges by table and role; all others are denied. */
export type Grants = Readonly<Record<string, Readonly<Partial<Record<Role, readonly Privilege[]>>>>>;

const everyone = (...privileges: readonly Privilege[]): Record<Role, readonly Privilege[]> => ({
  alloy_ingest: privileges, alloy_planner: privileges, alloy_executor: privileges, alloy_watcher: privileges, alloy_notifier: privileges,
});

const relayHosts = (...privileges: readonly Privilege[]): Partial<Record<Role, readonly Privilege[]>> => ({
  alloy_planner: privileges,
  alloy_watcher: privileges,
});

/**
 * The privileges of each service's role on the event store's tables. Only the hosts of the relay assign the order: the
 * planner, and the watcher as its standby.
 */
export const eventStoreGrants: Grants = {
  event: everyone('SELECT', 'INSERT'),
  store_epoch: everyone('SELECT'),
  event_order: { ...everyone('SELECT'), ...relayHosts('SELECT', 'INSERT') },
  relay_lease: { ...everyone('SELECT'), ...relayHosts('SELECT', 'INSERT', 'UPDATE') },
  relay_cursor: { ...everyone('SELECT'), ...relayHosts('SELECT', 'UPDATE') },
  relay_published: { ...everyone('SELECT'), ...relayHosts('SELECT', 'UPDATE') },
  checkpoint: { alloy_planner: ['SELECT', 'INSERT'], alloy_ingest: ['SELECT'] },
  projection_rebuild: { alloy_ingest: ['SELECT', 'INSERT', 'UPDATE'] },
  projection_cursor: { alloy_ingest: ['SELECT', 'INSERT', 'UPDATE'], alloy_notifier: ['SELECT', 'INSERT', 'UPDATE'] },
};
