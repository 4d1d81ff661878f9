/** The accepted kinds, with their API versions. */
export const takenKinds: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['apps/v1'],
  Service: ['v1'],
  ConfigMap: ['v1'],
  Secret: ['v1'],
  ServiceAccount: ['v1'],
  Ingress: ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1'],
  HorizontalPodAutoscaler: ['autoscaling/v2', 'autoscaling/v1', 'autoscaling/v2beta2', 'autoscaling/v2beta1'],
  PodDisruptionBudget: ['policy/v1', 'policy/v1beta1'],
};

/** Kinds that give power beyond the project, and are always refused. */
export const forbiddenKinds: ReadonlySet<string> = new Set([
  'ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding', 'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding', 'CustomResourceDefinition', 'Namespace', 'APIService',
  'PersistentVolume', 'StorageClass', 'Node', 'PriorityClass', 'CertificateSigningRequest',
]);
