import { decodeTime, isValid } from 'ulid';
import { idsOfEvent, newReleaseId, releaseIdOf, withReleaseId } from './release-id';

it('is the same ULID for the same account, key and time, and a different one otherwise', () => {
  const id = releaseIdOf('demo', 'build-1', 1_700_000_000_000);
  expect(isValid(id)).toBe(true);
  expect(decodeTime(id)).toBe(1_700_000_000_000);
  expect(releaseIdOf('demo', 'build-1', 1_700_000_000_000)).toBe(id);
  const others = [
    releaseIdOf('demo', 'build-2', 1_700_000_000_000),
    releaseIdOf('dem', 'obuild-1', 1_700_000_000_000),
    releaseIdOf('demo', 'build-1', 1_700_000_000_001),
  ];
  expect(new Set([id, ...others]).size).toBe(4);
});

it('reserves the id only within the given function', async () => {
  expect(await withReleaseId('RESERVED', async () => newReleaseId())).toBe('RESERVED');
  expect(newReleaseId()).not.toBe(newReleaseId());
});

it('is a ULID of the current time without a key', () => {
  const before = Date.now();
  const id = newReleaseId();
  expect(isValid(id)).toBe(true);
  expect(decodeTime(id)).toBeGreaterThanOrEqual(before);
  expect(decodeTime(id)).toBeLessThanOrEqual(Date.now());
});

it('derives the id of an event from a key, and sets none without a key', async () => {
  const id = releaseIdOf('demo', 'build-1', 1_700_000_000_000);
  const [first, again] = [await withReleaseId(id, async () => idsOfEvent()), await withReleaseId(id, async () => idsOfEvent())];
  expect(first.ids).toEqual([expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)]);
  expect(again).toEqual(first);
  expect(idsOfEvent()).toEqual({});
});
