import { storedPolicy } from '@alloy/policy';
import { policyOfText } from './policy-of-text';

it('validates each text once', () => {
  const text = JSON.stringify({ namespace: 'shop' });
  expect(policyOfText(text)).toEqual(storedPolicy({ namespace: 'shop' }));
  expect(policyOfText(text)).toBe(policyOfText(text));
  expect(policyOfText(JSON.stringify({ namespace: 'other' })).namespace).toBe('other');
});

it('validates a text again that many others have followed', () => {
  const text = JSON.stringify({ namespace: 'first' });
  const first = policyOfText(text);
  for (let i = 0; i < 200; i += 1) policyOfText(JSON.stringify({ namespace: `n${i}` }));
  expect(policyOfText(text)).not.toBe(first);
  expect(policyOfText(text)).toEqual(first);
});

it('refuses an invalid text each time, and returns the default for none', () => {
  const invalid = JSON.stringify({ namespace: '../etc' });
  for (let i = 0; i < 2; i += 1) expect(() => policyOfText(invalid)).toThrow();
  expect(policyOfText(null)).toEqual(storedPolicy(null));
});
