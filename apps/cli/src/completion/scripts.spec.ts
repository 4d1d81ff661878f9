import { alloy } from '../testing/alloy';
import { registry } from '../verbs/registry';

const offline = { env: { ALLOY_URL: undefined } };

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('%s completes every verb, a group’s verbs, their options and values', async (shell) => {
    const { code, out, err } = await alloy(['completion', shell], {}, offline);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of Object.keys(registry)) expect(out).toMatch(new RegExp(`\\b${name}\\b`));
    expect(out).toMatch(/releases.*(release|stable)|'get'.*releases|from get' -a releases/);
    expect(out).toMatch(/--idempotency-key|-l idempotency-key/);
    expect(out).toContain('auto rollout canary');
  });

  it('refuses unsupported shells', async () => {
    expect(await alloy(['completion', 'powershell'], {}, offline)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Allowed choices are bash, zsh, fish'),
    });
  });
});
