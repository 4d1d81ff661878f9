import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { addEventHandler, getState, resetState, run, ...circus } = require('jest-circus');
const { expect } = require('expect');

const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, it, test, expect });

let present = { stopAtFailure: false, hasFailed: false, ids: new Map() };
addEventHandler((event) => {
  if (event.name === 'test_fn_failure' || event.name === 'hook_failure') present.hasFailed = true;
  if (event.name === 'test_start' && present.stopAtFailure && present.hasFailed) event.test.mode = 'skip';
  // Stryker's instrumentation notes what a test covers under its id.
  if (event.name === 'test_start') globalThis.__stryker__.currentTestId = present.ids.get(event.test);
  if (event.name === 'test_done') globalThis.__stryker__.currentTestId = undefined;
});

/** Calls `load`, which describes tests, and runs them, or those of the ids `only`. `failure`: nothing could be run, and why. */
export async function runLoaded(load, { stopAtFailure, only }) {
  resetState();
  present = { stopAtFailure, hasFailed: false, ids: new Map() };
  try {
    load();
  } catch (error) {
    return { tests: [], failure: String(error?.stack ?? error) };
  }
  const tests = testsOf(getState().rootDescribeBlock);
  const seen = new Map();
  for (const one of tests) {
    const name = nameOf(one);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    present.ids.set(one, times === 1 ? name : `${name} (${times})`);
  }
  if (only) {
    const wanted = new Set(only);
    for (const one of tests) if (!wanted.has(present.ids.get(one))) one.mode = 'skip';
  }
  const { unhandledErrors } = await run();
  if (unhandledErrors.length > 0) return { tests: [], failure: unhandledErrors.join('\n') };
  return { tests: tests.map((one) => ({ id: present.ids.get(one), fileName: specOf(one), isSkipped: one.status === 'skip', timeSpentMs: one.duration ?? 0, errors: one.errors.map(messageOf) })) };
}

const testsOf = (block) => block.children.flatMap((child) => (child.type === 'test' ? [child] : testsOf(child)));

function nameOf(one) {
  const names = [one.name];
  for (let block = one.parent; block.parent; block = block.parent) names.unshift(block.name);
  return names.join(' ');
}

/** The outermost block bears the name of the spec. */
function specOf({ parent }) {
  let block = parent;
  while (block.parent?.parent) block = block.parent;
  return block.name;
}

/** Circus notes an error, or a pair of it and of where the test was begun. */
const messageOf = (noted) => {
  const [error, asyncError] = Array.isArray(noted) ? noted : [noted];
  return String(error?.message ?? error ?? asyncError?.message);
};
