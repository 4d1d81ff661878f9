import { cpuSeconds, machineTimeOf } from './processes';

it('cpuSeconds reads the processor time after a program name with spaces and brackets', () => {
  const stat = '4711 (node (main) x) S 1 4711 4711 0 -1 4194304 9001 0 3 0 250 50 0 0 20 0 11 0 123456 1000000 5000';
  expect(cpuSeconds(stat)).toBe(3);
});

it('machineTimeOf counts all time as busy except idle time and time waiting for a disk', () => {
  expect(machineTimeOf('cpu  100 0 50 800 25 5 10 10 7 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n')).toEqual({ busy: 175, all: 1_000 });
});
