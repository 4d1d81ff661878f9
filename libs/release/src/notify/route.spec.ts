import { policySchema } from '../policy';

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
  it.each(Object.entries(routes))('takes %s', (_, route) => expect(parse({ name: 'team', ...route }).success).toBe(true));
  it('takes a filter and a template', () => {
    expect(parse({ name: 'team', ...url, events: ['promoted', 'rolledBack'], template: '{{service}} {{ version }}: {{status}}' }).success).toBe(true);
  });

  it.each([
    ['a route without a name', [{ ...url }]],
    ['two of one name', [{ name: 'a', ...url }, { name: 'a', ...routes.teams }]],
    ['an unknown kind', [{ name: 'a', kind: 'pigeon', urlSecret: 'x' }]],
    ['an unknown event', [{ name: 'a', ...url, events: ['sneezed'] }]],
    ['no event at all', [{ name: 'a', ...url, events: [] }]],
    ['an unknown key', [{ name: 'a', ...url, url: 'https://hooks.example.com/T1' }]],
    ['a URL in a reference\'s place', [{ name: 'a', ...url, urlSecret: 'https://hooks.example.com/T1' }]],
    ['slack without any secret', [{ name: 'a', kind: 'slack' }]],
    ['slack with both', [{ name: 'a', kind: 'slack', urlSecret: 'x', tokenSecret: 'y', channel: 'C024BE91L' }]],
    ['a bot without a channel', [{ name: 'a', kind: 'slack', tokenSecret: 'y' }]],
    ['an address with a line break', [{ name: 'a', ...routes.email, to: ['a@example.com\nBcc: b@example.com'] }]],
  ])('refuses %s', (_, notify) => expect(parse(...notify).success).toBe(false));

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
