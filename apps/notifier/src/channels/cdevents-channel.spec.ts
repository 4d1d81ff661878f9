import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { HTTP, type CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import type { Notification } from '../notification';
import { aNotification, anyNotification } from '../testing/a-notification';
import { cloudEvent } from './cdevents-channel';

const schemaIn = (file: string): { readonly $id: string } =>
  JSON.parse(readFileSync(join(__dirname, 'testing/cdevents', `${file}.json`), 'utf8'));

/** The schemas of the CDEvents specification, by event type. */
const ajv = new Ajv();
addFormats(ajv);
for (const file of readdirSync(join(__dirname, 'testing/cdevents')))
  if (file.endsWith('.json')) ajv.addSchema(schemaIn(file.slice(0, -'.json'.length)));
const checks: Readonly<Record<string, ValidateFunction>> = Object.fromEntries(
  ['deployed', 'upgraded', 'rolledback'].map((predicate) => [
    `dev.cdevents.service.${predicate}.0.3.0`,
    ajv.getSchema(schemaIn(`service-${predicate}-event`).$id)!,
  ]),
);

const sent = (notification: Notification) => {
  const event = HTTP.toEvent({
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(cloudEvent(notification, 'key-1', 'alloy')),
  });
  if (Array.isArray(event)) throw new Error('one event was sent');
  (event as CloudEvent<unknown>).validate();
  const isCdEvent = checks[event.type]!;
  expect([isCdEvent(event.data), isCdEvent.errors]).toEqual([true, null]);
  expect(event.data).toMatchObject({
    context: { specversion: '0.5.1' },
    subject: { content: { artifactId: expect.stringMatching(/^pkg:oci\//) } },
  });
  return event as typeof event & { readonly data: { readonly subject: { readonly content: { readonly artifactId: string } } } };
};

describe('a CDEvent', () => {
  it.each([
    [
      'a first promotion',
      { what: 'promoted', stable: null },
      'dev.cdevents.service.deployed.0.3.0',
      'pkg:oci/shop?repository_url=ghcr.io%2Facme%2Fshop&tag=v2',
    ],
    [
      'a later one',
      { what: 'promoted' },
      'dev.cdevents.service.upgraded.0.3.0',
      'pkg:oci/shop?repository_url=ghcr.io%2Facme%2Fshop&tag=v2',
    ],
    [
      'a rollback',
      { what: 'rolledBack' },
      'dev.cdevents.service.rolledback.0.3.0',
      'pkg:oci/shop?repository_url=ghcr.io%2Facme%2Fshop&tag=v1',
    ],
    [
      'a digest',
      { what: 'promoted', image: `localhost:5000/shop@sha256:${'ab'.repeat(32)}` },
      'dev.cdevents.service.upgraded.0.3.0',
      `pkg:oci/shop@sha256%3A${'ab'.repeat(32)}?repository_url=localhost%3A5000%2Fshop`,
    ],
  ] as const)('of %s contains the version that runs', (_, more, type, purl) => {
    const event = sent(aNotification(more));
    expect(event).toMatchObject({ id: 'key-1', source: '/alloy/alloy', type, subject: 'service/shop', time: '2026-01-01T00:01:23.000Z' });
    expect(event.data.subject.content.artifactId).toBe(purl);
  });

  it('matches the schema with any texts', () => {
    const named = anyNotification.filter(({ service, environment }) => service !== '' && environment !== '');
    fc.assert(fc.property(named, (notification) => void sent({ ...notification, what: 'rolledBack' })), { numRuns: 30 });
  });

  it('is rejected by the schema if a field is missing', () => {
    const { data } = sent(aNotification({ what: 'promoted' })) as unknown as {
      readonly data: { readonly context: object; readonly subject: object };
    };
    const isCdEvent = checks['dev.cdevents.service.upgraded.0.3.0']!;
    for (const other of [
      { ...data, context: { ...data.context, version: '0.4.1' } },
      { ...data, subject: { ...data.subject, type: 'service' } },
      { context: data.context },
    ])
      expect(isCdEvent(other)).toBe(false);
    expect(checks['dev.cdevents.service.deployed.0.3.0']!(data)).toBe(false);
  });
});
