import fc from 'fast-check';
import { aNotification, anyNotification, nastyText } from '../../testing/a-notification';
import { escapeTeams, TEAMS_LIMIT_BYTES, teamsMessage } from './teams-message';

describe('a message for Teams', () => {
  it('is an Adaptive Card with all facts', () => {
    const message = teamsMessage(aNotification(), 'shop v2: rolled back');
    expect(message).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: {
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              { type: 'TextBlock', text: 'shop v2: rolled back', color: 'Attention' },
              { type: 'FactSet' },
              { type: 'TextBlock', text: 'canary errors 7.2 % of 250, limit 1.0 %' },
            ],
            actions: [{ type: 'Action.OpenUrl', url: 'https://alloy.example.com/api/v1/releases/R2' }],
          },
        },
      ],
    });
    const text = JSON.stringify(message);
    for (const part of ['shop', 'v2', 'production', 'rolled back', '1 min 23 s', 'ada', 'abc123', '0.072', '0.01'])
      expect(text).toContain(part);
  });

  it('has no button without a link', () =>
    expect(JSON.stringify(teamsMessage(aNotification({ link: null }), 'x'))).not.toContain('OpenUrl'));

  it('shows Markdown as text', () => {
    expect(escapeTeams('feature_x [click](https://evil.example) **b**\n# c')).toBe(
      'feature\\_x \\[click\\]\\(https://evil.example\\) \\*\\*b\\*\\* \\# c',
    );
  });

  it('stays below 28 KB with any texts', () => {
    fc.assert(fc.property(anyNotification, nastyText, (notification, headline) => {
      expect(Buffer.byteLength(JSON.stringify(teamsMessage(notification, headline)))).toBeLessThanOrEqual(TEAMS_LIMIT_BYTES);
    }), { numRuns: 60 });
  });

  it('stays below 28 KB with the longest possible texts', () => {
    const long = '\u0001'.repeat(50_000);
    const evidence = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${n}${long}`, long]));
    const notification = aNotification({
      service: long, version: long, environment: long, status: long, author: long, commit: long, strategy: long,
      reason: { code: 'error_rate', text: long, evidence },
    });
    expect(Buffer.byteLength(JSON.stringify(teamsMessage(notification, long)))).toBeLessThanOrEqual(TEAMS_LIMIT_BYTES);
  });
});
