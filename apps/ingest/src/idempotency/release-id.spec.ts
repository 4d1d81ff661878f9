import { decodeTime, isValid } from 'ulid';
import { idsOfEvent, newReleaseId, releaseIdOf, withReleaseId } from './release-id';

it('is the same ULID for the same account, key and time, and another for any other', () => {
  const id = releaseIdOf('demo', 'build-1', 1_700_000_000_000);
  expect(isValid(id)).toBe(true);
  expect(decodeTime(id)).toBe(1_700_000_000_000);
  expect(releaseIdOf('demo', 'build-1', 1_700_000_000_000)).toBe(id);
  const others = [releaseIdOf('demo', 'build-2', 1_700_000_000_000), releaseIdOf('dem', 'obuild-1', 1_700_000_000_000), releaseIdOf('demo', 'build-1', 1_700_000_000_001)];
  expect(new Set([id, ...others]).size).toBe(4);
});

it('reserves the id for what is done under it, and for nothing else', async () => {
  expect(await withReleaseId('RESERVED', async () => newReleaseId())).toBe('RESERVED');
  expect(newReleaseId()).not.toBe(newReleaseId());
});

it('is a ULID of the present time without a key', () => {
  const before = Date.now();
  const id = newReleaseId();
  expect(isValid(id)).toBe(true);
  expect(decodeTime(id)).toBeGreaterThanOrEqual(before);
  expect(decodeTime(id)).toBeLessThanOrEqual(Date.now());
});

it('gives an event an id of its own under a key, and none without', async () => {
  const id = releaseIdOf('demo', 'build-1', 1_700_000_000_000);
  const [first, again] = [await withReleaseId(id, async () => idsOfEvent()), await withReleaseId(id, async () => idsOfEvent())];
  expect(first.ids).toEqual([expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)]);
  expect(again).toEqual(first);
  expect(idsOfEvent()).toEqual({});
});
