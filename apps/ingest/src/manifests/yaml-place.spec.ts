import { placeAt } from './yaml-place';

it.each([
  ['a: 1\nb: 2', 5, 2, 1],
  ['a: 1\r\nb: 2', 9, 2, 4],
  ['a: 1\rb: 2', 5, 2, 1],
  ['\tb', 1, 1, 2],
  ['a: "😀x"', 6, 1, 6],
  ['a', 1, 1, 2],
  ['', 0, 1, 1],
])('counts lines and characters in %j at %i', (text, offset, line, column) => {
  expect(placeAt(text, offset)).toMatchObject({ line, column });
});

it.each([
  ['spec:\n\treplicas: 2', 6, '2 | →replicas: …\n  | ^'],
  ['    - name: web', 6, '1 |     - name: …\n  |       ^'],
  ['    - name: web', 12, '1 |     - name: …\n  |             ^'],
  ['    - name: web and more', 20, '1 |     - name: …\n  |             ^'],
  ['spec:', 5, '1 | spec:\n  |      ^'],
  ['hunter2', 3, '1 | …\n  | ^'],
  ['  hunter2: abc', 2, '1 |   …\n  |   ^'],
  ['  password: abc', 12, '1 |   …\n  |   ^'],
  ['"name": abc', 0, '1 | …\n  | ^'],
  ['name-hunter2: abc', 0, '1 | …\n  | ^'],
  ['metadata: {name: web}', 17, '1 | metadata: …\n  |           ^'],
])('shows of %j only indentation and a field of Kubernetes', (text, offset, excerpt) => {
  expect(placeAt(text, offset).excerpt).toBe(excerpt);
});
