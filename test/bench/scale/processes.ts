import { readFileSync } from 'node:fs';

/** Of Linux, whatever the kernel's own rate is. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/** Resident memory of a process, MiB. */
export function rssOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!found) throw new Error(`process ${pid} has no VmRSS in /proc`);
  return Number(found[1]) / KIB_PER_MIB;
}

/** Processor time that a process has used, its threads included, seconds. */
export const cpuSecondsOf = (pid: number): number => cpuSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** utime and stime of /proc/PID/stat. The program's name, its second field, may itself have blanks and brackets. */
export function cpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Processor time of the whole machine since it started, in ticks. */
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
