import { parseConfig } from './config';

const passwords = {
  alloy_ingest: 'password-1', alloy_planner: 'password-2', alloy_executor: 'password-3', alloy_watcher: 'password-4',
  alloy_notifier: 'password-5',
};
const good = { DATABASE_URL: 'postgresql://owner:s3cret@127.0.0.1/alloy', ALLOY_ROLE_PASSWORDS: JSON.stringify(passwords) };

it('accepts the owner’s URL and a password for each role', () => {
  expect(parseConfig({ ...good, HOME: '/' })).toEqual({
    DATABASE_URL: good.DATABASE_URL, ALLOY_WAIT_SECONDS: 60, ALLOY_ROLE_PASSWORDS: passwords,
  });
});

it.each([
  [{}, /DATABASE_URL/],
  [{ ALLOY_BOOTSTRAP_TOKEN: 'too-short' }, /ALLOY_BOOTSTRAP_TOKEN: must have 32/],
  [{ DATABASE_URL: 'http://x' }, /DATABASE_URL/],
  [{ ALLOY_ROLE_PASSWORDS: 'password-1' }, /ALLOY_ROLE_PASSWORDS: not JSON/],
  [{ ALLOY_ROLE_PASSWORDS: JSON.stringify({ ...passwords, alloy_watcher: undefined }) }, /alloy_watcher/],
  [{ ALLOY_ROLE_PASSWORDS: JSON.stringify({ ...passwords, alloy_watcher: 'short' }) }, /alloy_watcher/],
  [{ ALLOY_ROLE_PASSWORDS: JSON.stringify({ ...passwords, postgres: 'password-6' }) }, /postgres/],
])('refuses %j with the variable and without its value', (change, message) => {
  const bad = Object.keys(change).length > 0 ? { ...good, ...change } : change;
  expect(() => parseConfig(bad)).toThrow(message);
  expect(() => parseConfig(bad)).not.toThrow(/password-|too-short|s3cret/);
});
