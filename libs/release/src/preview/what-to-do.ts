import type { RefusalCode } from '../reason-codes';

/** What a user can do about each refusal, in one sentence. */
export const whatToDo: Readonly<Record<RefusalCode, string>> = {
  foreign_owner: 'Release under another name or into another namespace, or remove the object from the other project first.',
  selector_immutable: 'Keep the selector of the Deployment, or delete the Deployment first.',
  service_change_needs_blue_green: 'Keep the selector and the target ports of the Service.',
  strategy_unsupported: 'Release by rollout (--strategy rollout), or give the Deployment the strategy RollingUpdate.',
  namespace_missing: 'Create the namespace, or correct the namespace in the policy.',
  stable_drifted: 'Restore the recorded version, or set onDrift in the policy to adopt or overwrite.',
  forbidden: "Grant the permission to the executor: alloy project rbac prints the executor's Role.",
  admission_denied: 'Change the object as the admission policy of the cluster requires.',
  invalid_object: 'Correct the object in the manifests.',
  artifact_unreadable: 'Release that version again from its manifests.',
  unreachable: 'See that the API server of the cluster runs and can be reached, and try again.',
  unauthorized: "Renew the credentials in the executor's kubeconfig, or its service account.",
  workload_paused: 'Resume the Deployment with kubectl rollout resume.',
  rollout_stuck: 'Finish the rollout that has failed, or undo it with kubectl rollout undo.',
  workload_renamed: 'Keep the name of the Deployment, or delete the old Deployment first.',
  pods_overlap: 'Select the pods of the workload by a label that no other pods have.',
  canary_deleted: 'Release again.',
  kind_not_served: "Write an apiVersion that the cluster serves, install the kind there, or take it out of the policy's kinds.",
  router_not_served: 'Install the Gateway API in the cluster, or set traffic.router in the policy to podRatio.',
  route_not_found: "Create a route with the workload's Service as a backend, or correct traffic.route in the policy.",
  route_ambiguous: 'Name the route in traffic.route of the policy.',
  route_unsuitable: 'Change the route or the Service as the text says, or set traffic.router in the policy to podRatio.',
  canary_label_selected: 'Take the label out of canary.canaryMetadata in the policy, or select by another one.',
  follower_failed: 'See the events and logs of the pods of the workload that follows, and correct it.',
};
