// Rebuilds the views that follow the log, one after the other, on a running Alloy:
//   node scripts/rebuild-projections.mjs [--compare] [view ...]
// ALLOY_URL and ALLOY_TOKEN (scope admin) select it; default: the one that npm start runs here. Exit code 1: a rebuild
// failed, or differed with --compare.
import { succeed } from './lib/exit-code.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from './lib/root.mjs';

const home = process.env.ALLOY_HOME ?? join(root, '.alloy');
const url = process.env.ALLOY_URL ?? JSON.parse(readFileSync(join(home, 'alloy.json'), 'utf8')).url;
const token = process.env.ALLOY_TOKEN ?? readFileSync(join(home, 'token'), 'utf8').trim();

async function ask(path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/projections${path}`, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${answer.status}: ${json.detail}`);
  return json;
}

const explain = (rows) => {
  if (!rows) return 'not compared: the live view is behind';
  const same = rows.onlyLive + rows.onlyRebuilt === 0;
  return `${rows.rebuilt} rows, ${same ? 'none differed' : `${rows.onlyLive} only live, ${rows.onlyRebuilt} only rebuilt`}`;
};

/** Whether the rebuild succeeded. */
async function rebuild(name, swap) {
  let { rebuild: run } = await ask(`/${name}/rebuild`, { swap });
  for (; run.state === 'running'; run = (await ask(`/${name}`)).rebuild) {
    if (process.stdout.isTTY) process.stdout.write(`\r${name}: ${run.seq} of ${run.target} events`);
    await delay(200);
  }
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  console.log(`${name}: ${run.state}; ${run.error ?? explain(run.comparison)}`);
  const same = run.comparison && run.comparison.onlyLive + run.comparison.onlyRebuilt === 0;
  return run.state === 'swapped' || (run.state === 'compared' && same);
}

try {
  const args = process.argv.slice(2);
  const names = args.filter((arg) => arg !== '--compare');
  const views = names.length > 0 ? names : (await ask('')).items.map((view) => view.name);
  let allWell = true;
  for (const name of views) allWell = (await rebuild(name, !args.includes('--compare'))) && allWell;
  if (allWell) succeed();
} catch (error) {
  console.error(`rebuild-projections: ${error.message}`);
}
