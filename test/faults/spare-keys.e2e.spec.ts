import { readdirSync } from 'node:fs';
import { eventually } from '../support/eventually';
import { Installation } from '../support/installation';
import { quickPolicy } from './quick-policy';

const project = 'shop';
/** The number of spare keys of an ingest. */
const SPARE_KEYS = 32;
let installation: Installation;
beforeAll(async () => {
  installation = await Installation.start({ projects: { [project]: quickPolicy } });
});
afterAll(() => installation?.stop());

/** Ids of the keys in the keystore: unclaimed ones, and those in use. */
function keys(): { readonly spare: readonly string[]; readonly used: readonly string[] } {
  const names = readdirSync(installation.home.keystore);
  const withSuffix = (suffix: string): readonly string[] =>
    names
      .filter((name) => name.endsWith(suffix))
      .map((name) => name.slice(0, -suffix.length))
      .sort();
  return { spare: withSuffix('.spare'), used: withSuffix('.key') };
}

describe('the spare keys of an ingest that is killed', () => {
  it('are used by the next one, and none is left even after many kills', async () => {
    const { releases } = installation;
    expect(await releases.ended(await releases.deploy(project, 'v1'))).toBe('ReleasePromoted');
    const before = await eventually(() => {
      const { spare } = keys();
      expect(spare).toHaveLength(SPARE_KEYS);
      return spare;
    });
    for (let time = 0; time < 3; time += 1) {
      installation.kill('ingest');
      await installation.ready('ingest');
    }
    // The first release may arrive before the spare keys are read, and then creates a key.
    const taken: string[] = [];
    for (const tag of ['v2', 'v3']) {
      const already = keys().used;
      const release = await releases.deploy(project, tag);
      expect(await releases.ended(release)).toBe('ReleasePromoted');
      taken.push(...keys().used.filter((id) => !already.includes(id) && id !== release));
    }
    expect(taken.length).toBeGreaterThan(0);
    expect(before).toEqual(expect.arrayContaining(taken));
    expect(keys().spare.length).toBeLessThanOrEqual(SPARE_KEYS);
  });
});
