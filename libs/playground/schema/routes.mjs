// Writes ../src/api/schema/route-definitions.json from the CRDs of the Gateway API: node routes.mjs DIRECTORY.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const KINDS = { HTTPRoute: 'httproutes', GRPCRoute: 'grpcroutes' };
const KEPT = [
  'type', 'format', 'default', 'enum', 'required', 'x-kubernetes-list-type', 'x-kubernetes-list-map-keys', 'x-kubernetes-map-type',
];

const first = (text) => text.split('\n\n')[0].replaceAll('\n', ' ').replace(/(\.) .*/, '$1');

const reducedAll = (properties) => Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, reduced(inner)]));

function reduced(schema) {
  const kept = Object.fromEntries(KEPT.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]]));
  return {
    ...(schema.description && { description: first(schema.description) }),
    ...kept,
    ...(schema.properties && { properties: reducedAll(schema.properties) }),
    ...(schema.items && { items: reduced(schema.items) }),
    ...(typeof schema.additionalProperties === 'object' && { additionalProperties: reduced(schema.additionalProperties) }),
  };
}

const metadata = { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', default: {} };
const definitions = Object.entries(KINDS).map(([kind, plural]) => {
  const crd = parse(readFileSync(join(process.argv[2], `gateway.networking.k8s.io_${plural}.yaml`), 'utf8'));
  const { schema } = crd.spec.versions.find(({ name }) => name === 'v1');
  const whole = reduced(schema.openAPIV3Schema);
  return [`io.k8s.networking.gateway.v1.${kind}`, { ...whole, properties: { ...whole.properties, metadata } }];
});
const lines = definitions.map(([name, definition]) => `${JSON.stringify(name)}:${JSON.stringify(definition)}`);
writeFileSync(join(import.meta.dirname, '../src/api/schema/route-definitions.json'), `{\n${lines.join(',\n')}\n}\n`);
