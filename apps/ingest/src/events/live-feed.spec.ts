import { PassThrough } from 'node:stream';
import { LiveFeed, type FollowRequest } from './live-feed';

const request = (): FollowRequest => ({ sink: new PassThrough(), filter: {}, after: undefined, stillAllowed: async () => true });

describe('a live feed that is stopped', () => {
  it('accepts no follower', async () => {
    const feed = new LiveFeed({ readOrdered: async () => [], lastSeq: async () => 0 }, () => undefined);
    await feed.stop();
    await expect(feed.follow(request())).rejects.toMatchObject({ problem: { status: 503, code: 'stopping' } });
    expect(feed.size).toBe(0);
  });

  it('accepts no follower that was still attaching', async () => {
    let answer: (seq: number) => void = () => {};
    const feed = new LiveFeed(
      { readOrdered: async () => [], lastSeq: () => new Promise<number>((resolve) => (answer = resolve)) },
      () => undefined,
    );
    const coming = feed.follow(request());
    await feed.stop();
    answer(0);
    await expect(coming).rejects.toMatchObject({ problem: { status: 503, code: 'stopping' } });
    expect(feed.size).toBe(0);
  });
});
