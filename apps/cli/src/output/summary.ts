import type { Release } from '../api/shapes';

type Stage = { readonly index: number; readonly weight: number };

/**
 * A release as Markdown for the summary of a CI job: result, stages with their numbers, and link. `link` is inserted
 * unescaped.
 */
export function summary(release: Release, link: string): string {
  const { project, environment, imageTag, status, reason, times } = release;
  const took = times.endedAt === null ? '' : ` after ${Math.round((Date.parse(times.endedAt) - Date.parse(times.requestedAt)) / 1_000)} s`;
  return (
    [
      `## ${plain(project)} ${plain(imageTag)} → ${plain(environment)}: ${title[status] ?? status}${took}`,
      ...(reason ? [`${plain(reason.text)} (\`${reason.code}\`)`] : []),
      ...stages(release),
      `Release [${plain(release.id)}](${link}), commit ${plain(release.commitSha)}, strategy ${release.strategy ?? release.requestedStrategy}, requested by ${plain(release.requestedBy.id)}.`,
    ].join('\n\n') + '\n'
  );
}

const title: Readonly<Partial<Record<Release['status'], string>>> = {
  rolledBack: 'rolled back', rollingBack: 'rolling back', scalingDown: 'scaling the canary down',
};

function stages(release: Release): readonly string[] {
  const found = (release.plan?.steps ?? []).flatMap((step, index): Stage[] =>
    step.kind === 'analyse' ? [{ index, weight: step.weight }] : [],
  );
  if (found.length === 0) return [];
  return [
    ['| Stage | Weight | Verdict | Seen |', '| --: | --: | --- | --- |', ...found.map((stage, n) => row(release, stage, n + 1))].join('\n'),
  ];
}

function row({ verdicts }: Release, { index, weight }: Stage, n: number): string {
  const last = verdicts.filter(({ step }) => step === index).at(-1);
  return `| ${n} | ${weight} % | ${last?.verdict ?? 'not reached'} | ${last ? plain(last.detail) : ''} |`;
}

/** Escapes foreign text: no Markdown, no HTML, one line. */
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/[\\`*_{}[\]<>()#+!|~&]/g, (mark) => `&#${mark.codePointAt(0)};`);
