/** A valid bundle, whose password must never occur outside of its seal. */
export const manifest = {
  deployment: `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 5
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "r.example:5000/shop/web:old"}]}
`,
  service: 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n',
  secret: 'apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {password: canary-bird}\n',
};
export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const files = () => ({
  secret: base64(manifest.secret),
  service: base64(manifest.service),
  deployment: base64(manifest.deployment),
});
/** A valid request in the format of the original. */
export const body = (rest: Record<string, unknown> = {}) => ({
  user_id: 'demo', project_id: 'shop', image_tag: 'v1', commit_sha: 'abc123',
  files: files(),
  ...rest,
});
