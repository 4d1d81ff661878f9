import { printable } from '../output/printable';

/** Syntax of collapsible sections in a CI system's log. */
export interface LogSections {
  /** Line that starts a section; `at`: ISO time. */
  begin(title: string, at: string): string;
  /** Line that ends the last started section. */
  end(at: string): string;
}

/** Section syntax of the current CI system (GITHUB_ACTIONS, GITLAB_CI); undefined: none. */
export function logSections(env: Readonly<Record<string, string | undefined>>): LogSections | undefined {
  if (env['GITHUB_ACTIONS'] === 'true') return { begin: (title) => `::group::${printable(title)}`, end: () => '::endgroup::' };
  return env['GITLAB_CI'] === 'true' ? gitLabSections() : undefined;
}

/** GitLab's custom collapsible sections: each name must be unique in a log. */
function gitLabSections(): LogSections {
  let name = '';
  let count = 0;
  return {
    begin: (title, at) => {
      name = `alloy_${(count += 1)}_${title.replaceAll(/\W+/g, '_')}`;
      return `\u001b[0Ksection_start:${unixSeconds(at)}:${name}[collapsed=true]\r\u001b[0K${printable(title)}`;
    },
    end: (at) => `\u001b[0Ksection_end:${unixSeconds(at)}:${name}\r\u001b[0K`,
  };
}

const unixSeconds = (at: string): number => Math.floor(Date.parse(at) / 1_000);
