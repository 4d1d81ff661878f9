import { notificationTypes } from '@alloy/policy';
import fc from 'fast-check';
import type { Notification } from '../notification';

export const aNotification = (more: Partial<Notification> = {}): Notification => ({
  eventId: '0198c0de-0000-7000-8000-000000000001',
  releaseId: 'R2',
  service: 'shop',
  environment: 'production',
  what: 'rolledBack',
  status: 'rolled back',
  version: 'v2',
  image: 'ghcr.io/acme/shop:v2',
  stable: { version: 'v1', image: 'ghcr.io/acme/shop:v1' },
  strategy: 'canary',
  durationSeconds: 83,
  author: 'ada',
  commit: 'abc123',
  reason: {
    code: 'error_rate',
    text: 'canary errors 7.2 % of 250, limit 1.0 %',
    evidence: { canaryErrorRate: 0.072, threshold: 0.01, baseline: null },
  },
  link: 'https://alloy.example.com/api/v1/releases/R2',
  at: '2026-01-01T00:01:23.000Z',
  text: 'shop v2 in production: rolled back after 1 min 23 s (canary errors 7.2 % of 250, limit 1.0 %)',
  ...more,
});

/** Difficult texts: long, with many characters to escape, split surrogates, several lines. */
export const nastyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('&', '<', '>', '*', '_', '\\', '"', '\n', '\u0000', '\ud83d', '🚀', '<!channel>', 'x') }),
  fc.tuple(fc.constantFrom('&', '<', '\\', '🚀', '\u0001', 'ä', '*'), fc.nat(40_000)).map(([character, times]) => character.repeat(times)),
);

export const anyNotification: fc.Arbitrary<Notification> = fc
  .record({
    service: nastyText, environment: nastyText, version: nastyText, author: nastyText, commit: nastyText,
    text: nastyText, status: nastyText,
    what: fc.constantFrom(...notificationTypes),
    durationSeconds: fc.nat(),
    link: fc.constantFrom(null, 'https://alloy.example.com/api/v1/releases/R2'),
    reason: fc.record({
      code: fc.constant('error_rate' as const),
      text: nastyText,
      evidence: fc.dictionary(nastyText, fc.oneof(nastyText, fc.double(), fc.boolean(), fc.constant(null)), { maxKeys: 40 }),
    }),
  })
  .map((more) => aNotification(more));
