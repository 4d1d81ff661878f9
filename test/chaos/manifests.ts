import { manifests } from '../support/manifests';

/** Those of every test, but with a Secret of its own for each version, so that copies come and go. */
export const manifestsOf = (project: string, tag: string): Readonly<Record<string, string>> => ({
  ...manifests(project),
  secret: `apiVersion: v1\nkind: Secret\nmetadata: { name: web }\ntype: Opaque\nstringData: { greeting: "hello of ${tag}" }\n`,
});
