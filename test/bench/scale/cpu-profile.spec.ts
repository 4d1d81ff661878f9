import { selfTimes } from './cpu-profile';

const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber });

it('selfTimes returns the self time of each function as a share of the whole profile, without idle time', () => {
  const nodes = [
    { id: 1, callFrame: frame('(idle)') },
    { id: 2, callFrame: frame('parse', 'file:///alloy/dist/apps/watcher/main.js', 41) },
    { id: 3, callFrame: frame('(garbage collector)') },
    // The same function with another caller.
    { id: 4, callFrame: frame('parse', 'file:///alloy/dist/apps/watcher/main.js', 41) },
    { id: 5, callFrame: frame('', 'node:events', 9) },
  ];
  expect(selfTimes({ nodes, samples: [1, 2, 3, 4, 5], timeDeltas: [500, 200, 50, 100, 150] })).toEqual([
    { name: 'parse', place: 'main.js:42', share: expect.closeTo(0.3) },
    { name: '(anonymous)', place: 'node:events:10', share: expect.closeTo(0.15) },
    { name: '(garbage collector)', place: '', share: expect.closeTo(0.05) },
  ]);
});
