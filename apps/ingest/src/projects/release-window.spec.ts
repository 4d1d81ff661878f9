import type { RunningRelease } from '@alloy/release';
import { releaseWindow, type Sight } from './release-window';

const running: RunningRelease = { id: '01A', status: 'releasing', imageTag: 'v2', urgent: false };
const waits = (urgent = false): Sight['waiting'][number] => ({
  releaseId: '01B', requestedAt: '2026-01-01T00:00:00.000Z', whenBusy: 'queue', urgent,
});
const look = (sight: Partial<Sight>) => {
  const { open, prospect, reasons } = releaseWindow({
    project: 'shop', environment: 'production', whenBusy: 'latestOnly', running: null,
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

  it('is closed while other releases wait', () => {
    expect(look({ waiting: [waits()] })).toEqual({ open: false, prospect: 'waits', reasons: ['queue'] });
  });
});
