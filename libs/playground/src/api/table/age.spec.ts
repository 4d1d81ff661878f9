import { humanDuration } from './age';

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const days = 24 * hours;

it.each([
  [0, '0s'],
  [119 * seconds, '119s'],
  [2 * minutes, '2m'],
  [4 * minutes + 5 * seconds, '4m5s'],
  [10 * minutes + 30 * seconds, '10m'],
  [179 * minutes, '179m'],
  [3 * hours, '3h'],
  [3 * hours + 12 * minutes, '3h12m'],
  [9 * hours + 12 * minutes, '9h'],
  [47 * hours, '47h'],
  [2 * days + 3 * hours, '2d3h'],
  [8 * days + 3 * hours, '8d'],
  [400 * days, '400d'],
  [800 * days, '2y70d'],
  [-5 * seconds, '<invalid>'],
])('%i ms are %s', (length, text) => expect(humanDuration(length)).toBe(text));
