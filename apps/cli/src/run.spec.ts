// eslint-disable-next-line @nx/enforce-module-boundaries -- package.json is the only place of the version
import { version } from '../../../package.json';
import { run } from './run';
import { fakeIo } from './testing/fake-io';

const alloy = async (...argv: string[]) => {
  const fake = fakeIo();
  const code = await run(argv, fake.io);
  return { code, out: fake.out(), err: fake.err() };
};

describe('alloy', () => {
  it('prints its version', async () => {
    expect(await alloy('version')).toEqual({ code: 0, out: `alloy ${version}\n`, err: '' });
  });

  it('accepts common spellings of other command lines', async () => {
    expect((await alloy('--version')).out).toBe(`alloy ${version}\n`);
    for (const words of [['help'], ['--help']])
      expect(await alloy(...words)).toMatchObject({ code: 0, out: expect.stringContaining('Usage: alloy <verb>') });
    for (const words of [
      ['help', 'get', 'releases'],
      ['get', 'releases', '-h'],
    ])
      expect(await alloy(...words)).toMatchObject({ code: 0, out: expect.stringContaining('Usage: alloy get releases') });
  });

  it('accepts a verb\'s options before the verb, like kubectl', async () => {
    for (const words of [
      ['-o', 'json', 'version'],
      ['--output', 'json', 'version'],
      ['--output=json', 'version'],
    ])
      expect(JSON.parse((await alloy(...words)).out)).toMatchObject({ version });
    expect((await alloy('--context', 'nope', '-o', 'json', 'get', 'releases')).err).toContain('there is no context nope in');
    expect(await alloy('-o', 'json')).toMatchObject({ code: 2, err: expect.stringContaining("unknown option '-o'") });
  });

  it('ends with 2 and its help without a verb', async () => {
    expect(await alloy()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: alloy <verb>') });
    expect(await alloy('get')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Usage: alloy get <verb>') });
  });

  it.each([
    ['an unknown verb', ['frobnicate'], 'frobnicate'],
    ['an unknown option', ['version', '--frob'], '--frob'],
    ['an unknown format', ['version', '-o', 'xml'], 'xml'],
    ['too many arguments', ['version', 'x'], 'too many'],
  ])('ends with 2 for %s', async (_what, argv, named) => {
    const { code, out, err } = await alloy(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(named);
    expect(err).toContain('--help');
  });

  it('ends with 2 and a hint if no server is configured', async () => {
    const { code, err } = await alloy('get', 'releases');
    expect(code).toBe(2);
    expect(err).toMatch(/^alloy: no Alloy server is configured\nSet ALLOY_URL/);
  });
});
