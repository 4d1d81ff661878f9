import { readFileSync } from 'node:fs';

/** The unit of times in /proc; the same for each rate of the kernel's timer. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/** Resident memory of a process, MiB. */
export function rssOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!found) throw new Error(`process ${pid} has no VmRSS in /proc`);
  return Number(found[1]) / KIB_PER_MIB;
}

/** Processor time of a process and its threads, seconds. */
export const cpuSecondsOf = (pid: number): number => cpuSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/**
 * The sum of utime and stime of /proc/PID/stat. Its second field, the program's name, may contain spaces and brackets.
 */
export function cpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Processor time of the whole machine since its start, in ticks. */
export interface MachineTime {
  readonly busy: number;
  readonly all: number;
}

export const machineTime = (): MachineTime => machineTimeOf(readFileSync('/proc/stat', 'utf8'));

/** The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq and steal. */
export function machineTimeOf(stat: string): MachineTime {
  const times = stat.split('\n')[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = times.reduce((sum, one) => sum + one, 0);
  const [idle, iowait] = [times[3]!, times[4]!];
  return { busy: all - idle - iowait, all };
}
