import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const STEP = /^```sh\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm;

/** Commands of a guide, with their output. */
export interface Step {
  readonly commands: string;
  readonly printed: string;
}

const fileOf = (guide: string): string => join(ROOT, 'docs', 'guides', `${guide}.md`);

/** The steps of a guide, each with commands and their output below. Throws if there are none. */
export function stepsOf(guide: string): readonly Step[] {
  const steps = [...readFileSync(fileOf(guide), 'utf8').matchAll(STEP)].map(([, commands = '', printed = '']) => ({ commands, printed }));
  if (steps.length === 0) throw new Error(`${guide}.md is not a transcript`);
  return steps;
}

/** The output of the commands, stdout and stderr together, as a reader of the guide would see it. */
export function play(commands: string, env: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', ['-uo', 'pipefail', '-c', `exec 2>&1\n${commands}`], { cwd: ROOT, env }, (error, text) =>
      error && typeof error.code !== 'number' ? reject(error) : resolve(text),
    );
  });
}

/** Replaces the output in the guide by the current one. */
export function rewrite(guide: string, printed: readonly string[]): void {
  let n = 0;
  const text = readFileSync(fileOf(guide), 'utf8').replaceAll(
    STEP,
    (_all, commands: string) => `\`\`\`sh\n${commands}\`\`\`\n\n\`\`\`text\n${printed[n++]}\`\`\``,
  );
  writeFileSync(fileOf(guide), text);
}

/** Replaces ids and times by fixed ones, in their order, so that the same release has the same output twice. */
export function normaliser(): (text: string) => string {
  const ids = new Map<string, string>();
  const idOf = (id: string): string => {
    if (!ids.has(id)) ids.set(id, `01K9ZJ5QX8N4V7R2T6WDYB3C${'HJKMNPQRSTVWXYZ'[ids.size]}0`);
    return ids.get(id)!;
  };
  return (text) =>
    text.replace(/\b01[0-9A-HJKMNP-TV-Z]{24}\b/g, idOf).replace(/\b\d{4}-\d\d-\d\dT(\d\d:\d\d):\d\d\.\d{3}Z/g, '2026-01-31T12:00:00.000Z');
}

/** The lines that must be the same each time: without pods, the number of findings, and numbers of the traffic. */
export const comparable = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter(
      (line) =>
        !/Workload(Progressed|BecameReady)|VerdictReached +verdict inconclusive|: inconclusive so far: |^[├└│ ]|^\((pods|and) /.test(line),
    )
    .map((line) =>
      line
        .replace(/\bweb-[a-z0-9]+-[a-z0-9]{5}\b/g, 'POD')
        .replace(/\b01[0-9A-Z]{24}\b/g, (id) => id.replaceAll(/\d/g, 'N'))
        .replace(/\d+(\.\d+)?/g, '#')
        .replace(/(#[smhd])+/g, '#t')
        .replace(/\s+/g, ' ')
        .trimEnd(),
    );
