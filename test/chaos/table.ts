import { services } from '@alloy/contracts';
import { faults, nameOfFault, stepKinds } from './fault';
import type { Outage } from './outages';

type Placed = Pick<Outage, 'fault' | 'step'>;

const OVERLAP = 'overlap executor';

/** A table with the number of injections of each fault at each kind of step. */
export function tableOf(placed: readonly Placed[]): string {
  const names = [...faults.map(nameOfFault), OVERLAP, ...services.map((service) => `crash ${service}`)];
  const width = Math.max(...names.map(({ length }) => length));
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell, index) => cell.padStart(stepKinds[index]!.length))].join('  ');
  return [
    line('', stepKinds),
    ...names.map((name) =>
      line(
        name,
        stepKinds.map((step) => String(countAt(placed, name, step))),
      ),
    ),
  ].join('\n');
}

/** Kills and freezes that were never injected at a kind of step. */
export const emptyCells = (placed: readonly Placed[]): readonly string[] =>
  faults
    .filter(({ kind }) => kind === 'kill' || kind === 'freeze')
    .flatMap((fault) =>
      stepKinds.filter((step) => countAt(placed, nameOfFault(fault), step) === 0).map((step) => `${nameOfFault(fault)} at ${step}`),
    );

const countAt = (placed: readonly Placed[], name: string, step: string): number =>
  placed.filter((one) => nameOfFault(one.fault) === name && one.step === step).length;
