import fc from 'fast-check';
import { FrameReader } from './frames';

const text = ':\n\nid: a\n\nid: b\ndata: {"n":1}\n\n:\n\nid: c\ndata: {"n":2}\n\nid: d\nda';

it('FrameReader parses a stream split at any position', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const reader = new FrameReader();
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      const frames = places.slice(1).flatMap((end, i) => reader.read(text.slice(places[i], end)));
      expect(frames).toEqual([{ id: 'a', data: undefined }, { id: 'b', data: '{"n":1}' }, { id: 'c', data: '{"n":2}' }]);
    }),
  );
});
