import type { Leases } from '../ports';
import { Replicas } from './replicas';

/** Leases by the clock of the test. */
function world() {
  const clock = { ms: 0 };
  const rows = new Map<string, { holder: string; until: number }>();
  const leases: Leases = {
    acquire: async (name, holder, ttlMs) => {
      const row = rows.get(name);
      if (row && row.holder !== holder && row.until > clock.ms) return undefined;
      rows.set(name, { holder, until: clock.ms + ttlMs });
      return 1;
    },
    release: async (name, holder) => void (rows.get(name)?.holder === holder && rows.delete(name)),
    held: async (prefix) =>
      [...rows]
        .filter(([name, { until }]) => name.startsWith(prefix) && until > clock.ms)
        .map(([name]) => name)
        .sort(),
  };
  const replica = (holder: string) => new Replicas({ leases, group: 'watcher', holder, now: () => clock.ms });
  return { clock, replica };
}

const keys = Array.from({ length: 100 }, (_, i) => `R${i}`);
const ownedBy = (replica: Replicas) => keys.filter((key) => replica.owns(key));

describe('replicas', () => {
  it('own nothing before the first renewal, and a single replica owns every key after it', async () => {
    const { replica } = world();
    const a = replica('a');
    expect(ownedBy(a)).toEqual([]);
    await a.renew();
    expect(ownedBy(a)).toEqual(keys);
  });

  it('divide the keys, each to one replica, after all have seen each other', async () => {
    const { replica } = world();
    const [a, b] = [replica('a'), replica('b')];
    for (let round = 0; round < 2; round += 1) for (const each of [a, b]) await each.renew();
    await a.renew();
    expect(ownedBy(a).length).toBeGreaterThan(25);
    expect(ownedBy(b).length).toBeGreaterThan(25);
    expect([...ownedBy(a), ...ownedBy(b)].sort()).toEqual([...keys].sort());
  });

  it('include a new replica only after the others have had a second to see its lease', async () => {
    const { replica } = world();
    const [a, b] = [replica('a'), replica('b')];
    await a.renew();
    await b.renew();
    expect([ownedBy(a).length, ownedBy(b).length]).toEqual([100, 0]);
    await a.renew();
    await b.renew();
    expect(ownedBy(a).length + ownedBy(b).length).toBe(100);
    expect(ownedBy(b).length).toBeGreaterThan(0);
  });

  it('take over the keys of a dead replica after its lease has expired, or immediately if it has released its lease', async () => {
    const { clock, replica } = world();
    const [a, b] = [replica('a'), replica('b')];
    for (let round = 0; round < 2; round += 1) for (const each of [a, b]) await each.renew();
    clock.ms += 3_000;
    await a.renew();
    expect(ownedBy(a).length).toBeLessThan(100);
    clock.ms += 1_000;
    await a.renew();
    expect(ownedBy(a)).toEqual(keys);
    expect(ownedBy(b)).toEqual([]);
    const c = replica('c');
    for (let round = 0; round < 2; round += 1) for (const each of [a, c]) await each.renew();
    await c.leave();
    await a.renew();
    expect([ownedBy(a).length, ownedBy(c).length]).toEqual([100, 0]);
  });

  it('own nothing after their lease has expired by their own clock', async () => {
    const { clock, replica } = world();
    const a = replica('a');
    await a.renew();
    clock.ms += 3_999;
    expect(a.owns('R1')).toBe(true);
    clock.ms += 1;
    expect(a.owns('R1')).toBe(false);
  });

  it('take the free number of a dead replica, and therefore its keys', async () => {
    const { clock, replica } = world();
    const [a, b] = [replica('a'), replica('b')];
    for (let round = 0; round < 2; round += 1) for (const each of [a, b]) await each.renew();
    await a.renew();
    const before = ownedBy(a);
    clock.ms += 4_001;
    const c = replica('c');
    for (let round = 0; round < 2; round += 1) for (const each of [b, c]) await each.renew();
    expect(ownedBy(c)).toEqual(before);
  });
});
