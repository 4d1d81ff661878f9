import type { SeenDeployment } from './cluster-api';

export const WORKLOAD = 'web';
export const REPLICAS = 2;
/** Requests per second that the playground sends to each project's Service. */
const RPS = 60;

const deployment = (project: string, replicas: number): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${WORKLOAD} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${project} } }
  template:
    metadata: { labels: { app: ${project} } }
    spec:
      containers:
        - name: web
          image: registry.example.com/${project}/web:replaced
          ports: [{ name: http, containerPort: 8080 }]
          envFrom: [{ secretRef: { name: web } }]
          readinessProbe: { httpGet: { path: /healthz, port: http }, periodSeconds: 1 }
`;
const service = (project: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${WORKLOAD}, annotations: { playground.alloy.dev/traffic-rps: "${RPS}" } }
spec: { selector: { app: ${project} }, ports: [{ name: http, port: 80, targetPort: http }] }
`;
const secret = `
apiVersion: v1
kind: Secret
metadata: { name: web }
type: Opaque
stringData: { greeting: hello }
`;

/** The manifests of a project's pipeline: a small web server with traffic, and a Secret that its pods read. */
export const manifests = (project: string, replicas = REPLICAS): Readonly<Record<'deployment' | 'service' | 'secret', string>> => ({
  deployment: deployment(project, replicas),
  service: service(project),
  secret,
});

/** Only this version of it, with all replicas. */
export const only = (tag: string): readonly SeenDeployment[] => [{ name: WORKLOAD, tag, replicas: REPLICAS, ready: REPLICAS }];
