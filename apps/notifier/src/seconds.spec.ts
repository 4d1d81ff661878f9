import { seconds } from './seconds';

it.each([
  [0, '0 s'],
  [28.4, '28.4 s'],
  [60, '1 min 0 s'],
  [200, '3 min 20 s'],
  [3_599.6, '1 h 0 min'],
  [7_500, '2 h 5 min'],
])('%d s is formatted as %s', (duration, text) => expect(seconds(duration)).toBe(text));
