// Writes route-definitions.json from the CustomResourceDefinitions of Istio, Traefik and SMI, without their texts:
//   node reduce.mjs FOLDER_OF_ISTIO FOLDER_OF_TRAEFIK FOLDER_OF_SMI
// The folders are those that `go mod download -json` prints (Dir) for istio.io/api@v1.32.0,
// github.com/traefik/traefik/v3@v3.7.13 and github.com/servicemeshinterface/smi-sdk-go@v0.5.0.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const FILES = {
  VirtualService: ['kubernetes/customresourcedefinitions.gen.yaml', ['v1', 'v1beta1']],
  TraefikService: ['docs/content/reference/dynamic-configuration/traefik.io_traefikservices.yaml', ['v1alpha1']],
  TrafficSplit: ['crds/split.yaml', ['v1alpha4']],
};

/** Everything but texts and columns. `description` may also be the name of a field, which is an object. */
function reduced(value) {
  if (Array.isArray(value)) return value.map(reduced);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, inner]) => !(key === 'description' && typeof inner === 'string'));
  return Object.fromEntries(entries.map(([key, inner]) => [key, reduced(inner)]));
}

/** The versions of a definition, also of one for an API server before apiextensions v1. */
function versionsOf({ spec }, served) {
  return spec.versions.filter(({ name }) => served.includes(name)).map(({ name, schema, subresources }, index) => ({
    name, served: true, storage: index === 0,
    schema: { openAPIV3Schema: { type: 'object', ...reduced((schema ?? spec.validation).openAPIV3Schema) } },
    ...(subresources && { subresources }),
  }));
}

const definitions = Object.entries(FILES).map(([kind, [file, served]], index) => {
  const documents = parseAllDocuments(readFileSync(join(process.argv[2 + index], file), 'utf8')).map((one) => one.toJS());
  const definition = documents.find((one) => one?.spec.names.kind === kind);
  const { group, scope, names } = definition.spec;
  return {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: definition.metadata.name },
    spec: { group, scope, names: reduced(names), versions: versionsOf(definition, served) },
  };
});
writeFileSync(join(import.meta.dirname, 'route-definitions.json'), `[\n${definitions.map((one) => JSON.stringify(one)).join(',\n')}\n]\n`);
