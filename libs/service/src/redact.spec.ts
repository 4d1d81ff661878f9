import { redact, redactText } from './redact';
import { Secret } from './secret';

const TOKEN = 'al_Zm9v.YmFy-_~+/=';

describe('redactText', () => {
  it.each([
    ['a bearer token', `Authorization: Bearer ${TOKEN} was refused`, 'Authorization: Bearer [redacted] was refused'],
    ['a bearer token whose scheme is in lower case', `got bearer ${TOKEN}`, 'got bearer [redacted]'],
    ['basic credentials', 'got Basic dXNlcjpwYXNz', 'got Basic [redacted]'],
    ['every token of the text', `Bearer ${TOKEN}, then Bearer another`, 'Bearer [redacted], then Bearer [redacted]'],
    ['a token behind a line break', `Bearer\n${TOKEN}`, 'Bearer [redacted]'],
    ['a password in a URL', 'postgres://alloy:hunter2@db:5432/alloy', 'postgres://alloy:[redacted]@db:5432/alloy'],
    ['a password in a URL without a user', 'redis://:hunter2@cache', 'redis://:[redacted]@cache'],
    ['a password that is assigned', 'password=hunter2&user=alloy', 'password=[redacted]&user=alloy'],
    ['a token that is assigned with a colon', 'TOKEN : abc, next', 'TOKEN : [redacted], next'],
    [
      'an API key that is assigned',
      'api_key=abc; apikey=def, x-api-key: ghi',
      'api_key=[redacted]; apikey=[redacted], x-api-key: [redacted]',
    ],
  ])('redacts %s', (_what, text, redacted) => expect(redactText(text)).toBe(redacted));

  it.each(['https://registry.example:5000/v2/', 'git@example.com:shop/web.git', 'the tokenizer failed'])('does not change "%s"', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe('redact', () => {
  const headers = { authorization: `Bearer ${TOKEN}`, cookie: 'sid=1', 'x-api-key': 'k', accept: 'text/plain' };

  it.each<readonly [string, unknown, unknown]>([
    [
      'the credentials among the headers of a request',
      { headers },
      { headers: { authorization: '[redacted]', cookie: '[redacted]', 'x-api-key': '[redacted]', accept: 'text/plain' } },
    ],
    ['a bearer token under any key, and in a list', { note: [`sent Bearer ${TOKEN}`] }, { note: ['sent Bearer [redacted]'] }],
    [
      'values under the names of secrets',
      { password: 'a', clientSecret: 'b', masterKey: 'c', private_key: 'd', credentials: { user: 'e' }, user: 'f' },
      {
        password: '[redacted]', clientSecret: '[redacted]', masterKey: '[redacted]', private_key: '[redacted]',
        credentials: '[redacted]', user: 'f',
      },
    ],
    ['a Secret', [new Secret('hunter2')], ['[redacted]']],
    [
      'nothing of numbers, dates and what is absent',
      { n: 1, big: 2n, at: new Date(0), none: null },
      { n: 1, big: '2', at: '1970-01-01T00:00:00.000Z', none: null },
    ],
  ])('redacts %s', (_what, value, redacted) => expect(redact(value)).toEqual(redacted));

  it('redacts a bearer token in the message, the stack and the causes of an error, and drops its other fields', () => {
    const cause = new Error(`401 for Bearer ${TOKEN}`);
    const error = Object.assign(new Error(`Bearer ${TOKEN} is revoked`, { cause }), { code: 'unauthorized', request: { body: 'hunter2' } });
    const line = redact({ err: error }) as { err: { stack: string } };
    expect(line).toEqual({
      err: {
        type: 'Error', message: 'Bearer [redacted] is revoked', code: 'unauthorized',
        stack: expect.stringContaining('Bearer [redacted] is revoked'),
        cause: expect.objectContaining({ message: '401 for Bearer [redacted]' }),
      },
    });
    expect(JSON.stringify(line)).not.toMatch(/Zm9v|hunter2/);
  });

  it('stops at a depth of six, so that a line stays finite', () => {
    const ring: { inner?: unknown; token: string } = { token: 'hunter2' };
    ring.inner = ring;
    const text = JSON.stringify(redact(ring));
    expect(text).toContain('[deep]');
    expect(text).not.toContain('hunter2');
  });
});
