import type { RunningRelease } from '@alloy/release';
import { releaseWindow, type Sight } from './release-window';

const running: RunningRelease = { id: '01A', status: 'releasing', imageTag: 'v2', urgent: false, waiting: null };
const waits = (urgent = false): Sight['waiting'][number] => ({
  releaseId: '01B', requestedAt: '2026-01-01T00:00:00.000Z', whenBusy: 'queue', urgent,
});
const look = (sight: Partial<Sight>) => {
  const { open, prospect, reasons } = releaseWindow({
    project: 'shop', environment: 'production', whenBusy: 'latestOnly', running: null, hold: null,
    waiting: [],
    ...sight,
  });
  return { open, prospect, reasons: reasons.map(({ code }) => code) };
};

describe('the window for a new release', () => {
  it.each(['latestOnly', 'queue', 'supersede', 'reject'] as const)('is open if no release runs or waits (%s)', (whenBusy) => {
    expect(look({ whenBusy })).toEqual({ open: true, prospect: 'starts', reasons: [] });
  });

  it.each([
    ['latestOnly', 'waits'],
    ['queue', 'waits'],
    ['reject', 'rejected'],
  ] as const)('it may not while another runs (%s: %s)', (whenBusy, prospect) => {
    expect(look({ whenBusy, running })).toEqual({ open: false, prospect, reasons: ['slot_taken'] });
  });

  it('is open if the policy lets it supersede the running release, but not an expedited or promoting one', () => {
    expect(look({ whenBusy: 'supersede', running })).toEqual({ open: true, prospect: 'supersedes', reasons: [] });
    expect(look({ whenBusy: 'supersede', running: { ...running, urgent: true } })).toEqual({
      open: false,
      prospect: 'waits',
      reasons: ['slot_taken'],
    });
    expect(look({ whenBusy: 'supersede', running: { ...running, status: 'promoting' } })).toEqual({
      open: false,
      prospect: 'waits',
      reasons: ['slot_taken'],
    });
    expect(look({ whenBusy: 'supersede', running, waiting: [waits(true)] })).toEqual({
      open: false,
      prospect: 'waits',
      reasons: ['slot_taken', 'queue'],
    });
  });

  it('is closed behind a held release, which no other one supersedes', () => {
    expect(look({ whenBusy: 'supersede', running: { ...running, status: 'held' } })).toMatchObject({ open: false, prospect: 'waits' });
  });

  it('says what the running release waits for', () => {
    const waiting = { code: 'pause', waitsFor: 'a user', since: '', earliestOpen: null, text: 'the pause at 20 % began' } as const;
    const { reasons } = releaseWindow({
      project: 'shop', environment: 'production', whenBusy: 'queue', running: { ...running, waiting }, hold: null, waiting: [],
    });
    expect(reasons).toEqual([{ code: 'slot_taken', text: 'release 01A of v2 is releasing: the pause at 20 % began' }]);
  });

  const hold = { by: 'anna', since: '2026-01-01T00:00:00.000Z', reason: 'prices are wrong', release: '01R' };

  it.each([['latestOnly', 'waits'], ['supersede', 'waits'], ['reject', 'rejected']] as const)(
    'is closed while the environment is on hold (%s: %s), and says who can open it',
    (whenBusy, prospect) => {
      expect(look({ whenBusy, hold })).toEqual({ open: false, prospect, reasons: ['on_hold'] });
      const { reasons, hold: shown } = releaseWindow({
        project: 'shop', environment: 'production', whenBusy, running: null, hold, waiting: [],
      });
      expect(reasons[0]!.text).toBe(
        'on hold since 2026-01-01T00:00:00.000Z by anna, with the rollback 01R: prices are wrong; a user with the scope operate lifts it',
      );
      expect(shown).toEqual(hold);
    },
  );

  it('is closed while other releases wait', () => {
    expect(look({ waiting: [waits()] })).toEqual({ open: false, prospect: 'waits', reasons: ['queue'] });
  });
});
