import { manifests } from '../support/manifests';

/**
 * The manifests of the other tests, with a different Secret for each version, so that Alloy creates and deletes copies.
 */
export const manifestsOf = (project: string, tag: string): Readonly<Record<string, string>> => ({
  ...manifests(project),
  secret: `apiVersion: v1\nkind: Secret\nmetadata: { name: web }\ntype: Opaque\nstringData: { greeting: "hello of ${tag}" }\n`,
});
