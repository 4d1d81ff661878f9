import { releaseWindow, type RunningRelease, type Sight } from './release-window';

const running: RunningRelease = { id: '01A', status: 'releasing', imageTag: 'v2', urgent: false };
const waits = (urgent = false): Sight['waiting'][number] => ({ releaseId: '01B', requestedAt: '2026-01-01T00:00:00.000Z', whenBusy: 'queue', urgent });
const look = (sight: Partial<Sight>) => {
  const { open, prospect, reasons } = releaseWindow({ project: 'shop', environment: 'production', whenBusy: 'latestOnly', running: null, waiting: [], ...sight });
  return { open, prospect, reasons: reasons.map(({ code }) => code) };
};

describe('whether a release may begin now', () => {
  it.each(['latestOnly', 'queue', 'supersede', 'reject'] as const)('it may where nothing runs or waits (%s)', (whenBusy) => {
    expect(look({ whenBusy })).toEqual({ open: true, prospect: 'starts', reasons: [] });
  });

  it.each([
    ['latestOnly', 'waits'],
    ['queue', 'waits'],
    ['reject', 'rejected'],
  ] as const)('it may not while another runs (%s: %s)', (whenBusy, prospect) => {
    expect(look({ whenBusy, running })).toEqual({ open: false, prospect, reasons: ['slot_taken'] });
  });

  it('it takes over where the policy says so, but not from what a person wanted at once, nor once it is promoting', () => {
    expect(look({ whenBusy: 'supersede', running })).toEqual({ open: true, prospect: 'supersedes', reasons: [] });
    expect(look({ whenBusy: 'supersede', running: { ...running, urgent: true } })).toEqual({ open: false, prospect: 'waits', reasons: ['slot_taken'] });
    expect(look({ whenBusy: 'supersede', running: { ...running, status: 'promoting' } })).toEqual({ open: false, prospect: 'waits', reasons: ['slot_taken'] });
    expect(look({ whenBusy: 'supersede', running, waiting: [waits(true)] })).toEqual({ open: false, prospect: 'waits', reasons: ['slot_taken', 'queue'] });
  });

  it('it may not before those that wait', () => {
    expect(look({ waiting: [waits()] })).toEqual({ open: false, prospect: 'waits', reasons: ['queue'] });
  });
});
