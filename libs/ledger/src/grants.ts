type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';
type Grants = Readonly<Record<string, Readonly<Record<string, readonly Privilege[]>>>>;

const read: readonly Privilege[] = ['SELECT'];
const fold: readonly Privilege[] = ['SELECT', 'INSERT', 'UPDATE'];
const appenders = (privileges: readonly Privilege[]) => ({
  alloy_ingest: privileges, alloy_planner: privileges, alloy_executor: privileges, alloy_watcher: privileges,
});
const everyone = (privileges: readonly Privilege[]) => ({ ...appenders(privileges), alloy_notifier: privileges });

/** The privileges of each service's role on the ledger's tables; all others are denied. */
export const ledgerGrants: Grants = {
  account: { alloy_ingest: fold },
  project: { ...everyone(read), alloy_ingest: ['SELECT', 'INSERT'] },
  project_policy: { ...everyone(read), alloy_ingest: fold },
  token: { alloy_ingest: fold },
  spent_token: { alloy_ingest: ['SELECT', 'INSERT', 'DELETE'] },
  idempotency_key: { alloy_ingest: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  plan_request: { alloy_ingest: ['SELECT', 'INSERT', 'DELETE'], alloy_executor: ['SELECT', 'UPDATE', 'DELETE'] },
  request_mark: { alloy_ingest: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },

  release: { ...appenders(fold), alloy_notifier: read },
  hold: { ...everyone(read), alloy_ingest: ['SELECT', 'INSERT', 'DELETE'] },
  slot: { ...everyone(read), alloy_planner: ['SELECT', 'INSERT', 'DELETE'] },
  slot_counter: { ...everyone(read), alloy_planner: fold },
  stable_version: { ...everyone(read), alloy_planner: ['SELECT', 'INSERT'], alloy_executor: ['SELECT', 'INSERT'] },

  release_step: { alloy_ingest: fold },
  release_timeline: { alloy_ingest: ['SELECT', 'INSERT'] },
  project_history: { alloy_ingest: fold },

  artifact: { alloy_ingest: ['SELECT', 'INSERT'], alloy_executor: ['SELECT', 'INSERT'] },
  shredded_artifact: { ...appenders(read), alloy_ingest: ['SELECT', 'INSERT'] },
  measurement: { alloy_watcher: ['SELECT', 'INSERT'], alloy_ingest: read },
  observed_pods: { alloy_watcher: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], alloy_ingest: read },
  lease: everyone(fold),
  heartbeat: {
    alloy_ingest: read,
    alloy_planner: read,
    alloy_executor: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
    alloy_watcher: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  },
  notification: { alloy_notifier: ['SELECT', 'INSERT', 'DELETE'] },
  sealed_secret: { alloy_ingest: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'], alloy_notifier: read },
  delivery: { alloy_notifier: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  delivery_route: { alloy_notifier: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
  delivery_thread: { alloy_notifier: ['SELECT', 'INSERT', 'DELETE'] },
};
