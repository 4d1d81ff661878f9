import { policySchema } from './project-policy';
import { notificationTypes } from './notification-type';

const url = { kind: 'webhook', urlSecret: 'hook-url', keySecret: 'hook-key' };
const routes = {
  webhook: url,
  'slack webhook': { kind: 'slack', urlSecret: 'slack-url' },
  'slack bot': { kind: 'slack', tokenSecret: 'slack-token', channel: 'C024BE91L' },
  teams: { kind: 'teams', urlSecret: 'teams-url' },
  pagerduty: { kind: 'pagerduty', keySecret: 'pd-key' },
  email: { kind: 'email', serverSecret: 'smtp', from: 'alloy@example.com', to: ['team@example.com'] },
  cdevents: { kind: 'cdevents', urlSecret: 'broker' },
};
const parse = (...notify: unknown[]) => policySchema.safeParse({ notify });
const says = (...notify: unknown[]): string => JSON.stringify(parse(...notify).error?.issues);

describe('the routes of a policy', () => {
  it.each(Object.entries(routes))('accepts %s', (_, route) => expect(parse({ name: 'team', ...route }).success).toBe(true));
  it('accept a filter and a template', () => {
    expect(
      parse({ name: 'team', ...url, events: ['promoted', 'rolledBack'], template: '{{service}} {{ version }}: {{status}}' }).success,
    ).toBe(true);
  });

  it.each([
    ['a route without a name', [{ ...url }]],
    ['two of one name', [{ name: 'a', ...url }, { name: 'a', ...routes.teams }]],
    ['an unknown kind', [{ name: 'a', kind: 'pigeon', urlSecret: 'x' }]],
    ['an unknown event', [{ name: 'a', ...url, events: ['sneezed'] }]],
    ['no event at all', [{ name: 'a', ...url, events: [] }]],
    ['an unknown key', [{ name: 'a', ...url, url: 'https://hooks.example.com/T1' }]],
    ['a URL instead of a secret\'s name', [{ name: 'a', ...url, urlSecret: 'https://hooks.example.com/T1' }]],
    ['slack without any secret', [{ name: 'a', kind: 'slack' }]],
    ['slack with both', [{ name: 'a', kind: 'slack', urlSecret: 'x', tokenSecret: 'y', channel: 'C024BE91L' }]],
    ['a bot without a channel', [{ name: 'a', kind: 'slack', tokenSecret: 'y' }]],
    ['an address with a line break', [{ name: 'a', ...routes.email, to: ['a@example.com\nBcc: b@example.com'] }]],
  ])('refuses %s', (_, notify) => expect(parse(...notify).success).toBe(false));

  const long = (length: number) => 'a'.repeat(length);
  const email = (over: object) => [{ name: 'a', ...routes.email, ...over }];
  const bot = (channel: string) => [{ name: 'a', ...routes['slack bot'], channel }];

  /** Accepted values at a bound, and refused values beyond it. */
  it.each<[string, readonly unknown[][], readonly unknown[][]]>([
    [
      'names',
      ['a', 'a-1', '9z', long(63)].map((name) => [{ name, ...url }]),
      ['', '-a', 'a-', 'A', 'a.b', long(64), ' a', 'a '].map((name) => [{ name, ...url }]),
    ],
    [
      'names of secrets',
      ['a', 'a-1', long(63)].map((urlSecret) => [{ name: 'a', ...url, urlSecret }]),
      ['', 'a-', 'A', long(64)].map((urlSecret) => [{ name: 'a', ...url, urlSecret }]),
    ],
    [
      'addresses',
      ['a@b', 'a.b+c@example.com', `${long(252)}@b`].map((from) => email({ from })),
      [
        'a', '@b', 'a@', 'a@b@c', 'a b@c', 'a@b c', '<a@b>', 'a@b>', 'a,b@c', 'a@b,c', 'a"@b', 'a:b@c', 'a@b;c',
        'a\\b@c', '(a)@b', 'a@[b]', 'a@b(',
        `${long(253)}@b`,
      ].map((from) => email({ from })),
    ],
    [
      'receivers',
      [email({ to: ['a@b'] }), email({ to: Array.from({ length: 20 }, () => 'a@b') })],
      [email({ to: [] }), email({ to: Array.from({ length: 21 }, () => 'a@b') })],
    ],
    [
      'channels',
      ['C02', 'G024BE91L', 'D024', `C${'A'.repeat(20)}`].map(bot),
      ['C0', 'X024', '#general', 'c024', `C${'A'.repeat(21)}`, 'xC024', 'C024 '].map(bot),
    ],
    [
      'templates',
      [[{ name: 'a', ...url, template: 'v' }], [{ name: 'a', ...url, template: long(1_000) }]],
      [[{ name: 'a', ...url, template: '' }], [{ name: 'a', ...url, template: long(1_001) }]],
    ],
    [
      'their number',
      [Array.from({ length: 20 }, (_, i) => ({ name: `a${i}`, ...url }))],
      [Array.from({ length: 21 }, (_, i) => ({ name: `a${i}`, ...url }))],
    ],
  ])('have bounds for %s', (_, accepted, refused) => {
    for (const notify of accepted) expect([notify, parse(...notify).success]).toEqual([notify, true]);
    for (const notify of refused) expect([notify, parse(...notify).success]).toEqual([notify, false]);
  });

  it.each(Object.entries(routes))('refuse an unknown key for %s', (_, route) =>
    expect(parse({ name: 'team', ...route, other: 'x' }).success).toBe(false),
  );
  it.each(Object.entries(routes).flatMap(([kind, route]) => Object.keys(route).map((key) => [kind, key] as const)))(
    'of kind %s require %s',
    (kind, key) => {
      expect(
        parse({ name: 'team', ...Object.fromEntries(Object.entries(routes[kind as keyof typeof routes]).filter(([one]) => one !== key)) })
          .success,
      ).toBe(false);
    },
  );
  it.each(notificationTypes)('may be limited to %s', (event) => expect(parse({ name: 'a', ...url, events: [event] }).success).toBe(true));

  it.each<[string, readonly unknown[], string]>([
    ['an invalid address', email({ from: 'a' }), 'is no e-mail address'],
    ['slack without any secret', [{ name: 'a', kind: 'slack' }], 'needs either urlSecret or tokenSecret'],
    ['a bot without a channel', [{ name: 'a', kind: 'slack', tokenSecret: 'y' }], 'tokenSecret and channel go together'],
    [
      'a webhook with a channel',
      [{ name: 'a', kind: 'slack', urlSecret: 'y', channel: 'C024BE91L' }],
      'tokenSecret and channel go together',
    ],
    [
      'two of one name',
      [
        { name: 'a', ...url },
        { name: 'a', ...url },
      ],
      'names must not repeat',
    ],
  ])('report what is wrong with %s', (_, notify, message) => expect(says(...notify)).toContain(message));

  it.each([
    ['an unknown placeholder', '{{verison}}', 'a template knows only'],
    ['logic', '{{#if version}}', 'braces'],
    ['a path', '{{constructor.name}}', 'braces'],
    ['an open brace', 'v {{version', 'braces'],
    ['three braces', '{{{version}}}', ''],
  ])('refuses a template with %s', (_, template, hint) => {
    expect(parse({ name: 'a', ...url, template }).success).toBe(hint === '');
    if (hint) expect(says({ name: 'a', ...url, template })).toContain(hint);
  });
});
