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

/** utime and stime of /proc/PID/stat. The second field, the program's name in brackets, may itself have blanks and brackets. */
export function cpuSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
