import fc from 'fast-check';
import { aNotification, anyNotification, nastyText } from '../../testing/a-notification';
import { escapeSlack, SLACK_LIMITS, slackMessage } from './slack-message';

interface Text {
  readonly type: string;
  readonly text: string;
}
const textsOf = (blocks: ReturnType<typeof slackMessage>['blocks']): Text[] =>
  blocks.flatMap((block) => [...(block['text'] ? [block['text'] as Text] : []), ...((block['fields'] as Text[] | undefined) ?? [])]);

describe('a message for Slack', () => {
  it('contains all facts', () => {
    const { text, blocks } = slackMessage(aNotification(), 'shop v2: rolled back');
    expect(text).toBe('shop v2: rolled back');
    const all = textsOf(blocks).map((one) => one.text).join('\n');
    for (const part of [
      'shop', 'v2', 'production', 'rolled back', '1 min 23 s', 'ada', 'abc123',
      'canary errors 7.2 % of 250, limit 1.0 %', '0.072', '0.01',
      'https://alloy.example.com/api/v1/releases/R2',
    ])
      expect(all).toContain(part);
    expect(all).not.toContain('null');
  });

  it('prevents channel mentions and forged links', () => {
    const { text, blocks } = slackMessage(aNotification({ version: '<!channel>', author: '<https://evil.example|ada>' }), '<@U1> & co');
    expect(text).toBe('&lt;@U1&gt; &amp; co');
    expect(JSON.stringify(blocks)).not.toMatch(/[<>]/);
  });

  it('stays within Slack\'s limits with any texts', () => {
    fc.assert(fc.property(anyNotification, nastyText, (notification, headline) => {
      const { text, blocks } = slackMessage(notification, headline);
      expect(text.length).toBeLessThanOrEqual(SLACK_LIMITS.fallback);
      expect(blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks);
      for (const block of blocks) {
        const fields = (block['fields'] as Text[] | undefined) ?? [];
        expect(fields.length).toBeLessThanOrEqual(SLACK_LIMITS.fields);
        for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(SLACK_LIMITS.field);
      }
      for (const one of textsOf(blocks)) {
        expect(one.text.length).toBeGreaterThan(0);
        expect(one.text.length).toBeLessThanOrEqual(SLACK_LIMITS.text);
        // A truncated escape sequence would leave a bare ampersand.
        expect(one.text.replace(/&(amp|lt|gt);/g, '')).not.toMatch(/[&<>]/);
      }
    }), { numRuns: 60 });
  });

  it('escapes exactly the characters that Slack requires', () =>
    expect(escapeSlack('a & b <c> "d" *e*')).toBe('a &amp; b &lt;c&gt; "d" *e*'));
});
