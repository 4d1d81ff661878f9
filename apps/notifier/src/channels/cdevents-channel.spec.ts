import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { HTTP, type CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import type { Notification } from '../notification';
import { aNotification, anyNotification } from '../testing/a-notification';
import { cloudEvent } from './cdevents-channel';

const text = { type: 'string', minLength: 1 };
/** What CDEvents 0.5.1 asks of service.deployed, .upgraded and .rolledback 0.3.0, https://github.com/cdevents/spec. */
const schema = {
  type: 'object', additionalProperties: false, required: ['context', 'subject'],
  properties: {
    context: {
      type: 'object', additionalProperties: false, required: ['specversion', 'id', 'source', 'type', 'timestamp'],
      properties: {
        specversion: { const: '0.5.1' }, id: text, source: { ...text, format: 'uri-reference' }, timestamp: { type: 'string', format: 'date-time' },
        type: { enum: ['deployed', 'upgraded', 'rolledback'].map((predicate) => `dev.cdevents.service.${predicate}.0.3.0`) },
      },
    },
    subject: {
      type: 'object', additionalProperties: false, required: ['id', 'content'],
      properties: {
        id: text, source: { ...text, format: 'uri-reference' },
        content: {
          type: 'object', additionalProperties: false, required: ['environment', 'artifactId'],
          properties: {
            environment: { type: 'object', additionalProperties: false, required: ['id'], properties: { id: text, source: { ...text, format: 'uri-reference' } } },
            artifactId: { type: 'string', pattern: '^pkg:[a-z]+/' },
          },
        },
      },
    },
    customData: { type: 'object' }, customDataContentType: { type: 'string' },
  },
};
const ajv = new Ajv();
addFormats(ajv);
const isCdEvent = ajv.compile(schema);

const sent = (told: Notification) => {
  const event = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body: JSON.stringify(cloudEvent(told, 'key-1', 'alloy')) });
  if (Array.isArray(event)) throw new Error('one event was sent');
  (event as CloudEvent<unknown>).validate();
  expect([isCdEvent(event.data), isCdEvent.errors]).toEqual([true, null]);
  return event as typeof event & { readonly data: { readonly subject: { readonly content: { readonly artifactId: string } } } };
};

describe('a CDEvent', () => {
  it.each([
    ['a first promotion', { what: 'promoted', stable: null }, 'dev.cdevents.service.deployed.0.3.0', 'pkg:oci/shop?repository_url=ghcr.io%2Facme%2Fshop&tag=v2'],
    ['a later one', { what: 'promoted' }, 'dev.cdevents.service.upgraded.0.3.0', 'pkg:oci/shop?repository_url=ghcr.io%2Facme%2Fshop&tag=v2'],
    ['a rollback', { what: 'rolledBack' }, 'dev.cdevents.service.rolledback.0.3.0', 'pkg:oci/shop?repository_url=ghcr.io%2Facme%2Fshop&tag=v1'],
    ['a digest', { what: 'promoted', image: `localhost:5000/shop@sha256:${'ab'.repeat(32)}` }, 'dev.cdevents.service.upgraded.0.3.0', `pkg:oci/shop@sha256%3A${'ab'.repeat(32)}?repository_url=localhost%3A5000%2Fshop`],
  ] as const)('of %s says what runs now', (_, more, type, purl) => {
    const event = sent(aNotification(more));
    expect(event).toMatchObject({ id: 'key-1', source: '/alloy/alloy', type, subject: 'service/shop', time: '2026-01-01T00:01:23.000Z' });
    expect(event.data.subject.content.artifactId).toBe(purl);
  });

  it('fits the schema whatever the texts are', () => {
    const named = anyNotification.filter(({ service, environment }) => service !== '' && environment !== '');
    fc.assert(fc.property(named, (told) => void sent({ ...told, what: 'rolledBack' })), { numRuns: 30 });
  });

  it('would be noticed if it did not fit', () => expect(isCdEvent({ context: { version: '0.4.1' } })).toBe(false));
});
