import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { addEventHandler, getState, resetState, run, ...circus } = require('jest-circus');
const { expect } = require('expect');

const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, it, test, expect });

let present = { stopAtFailure: false, ids: new Map() };
addEventHandler((event) => {
  // One failed test kills a mutant.
  if (present.stopAtFailure && (event.name === 'test_fn_failure' || event.name === 'hook_failure')) keepOnly(getState().rootDescribeBlock, () => false);
  // Stryker's instrumentation notes what a test covers under its id.
  if (event.name === 'test_start') globalThis.__stryker__.currentTestId = present.ids.get(event.test);
  if (event.name === 'test_done') globalThis.__stryker__.currentTestId = undefined;
});

/** Describes a spec under its name; what that executes is noted under `load NAME`. A hook at the top level of a spec stays with that spec. */
export const loadSpec = (spec, load) =>
  describe(spec, () => {
    globalThis.__stryker__.currentTestId = loadIdOf(spec);
    load();
    globalThis.__stryker__.currentTestId = undefined;
  });

export const loadIdOf = (spec) => `load ${spec}`;

/** Calls `load`, which describes tests, and runs them, or those of the ids `only`. `failure`: nothing could be run, and why. */
export async function runLoaded(load, { stopAtFailure, only }) {
  resetState();
  present = { stopAtFailure, ids: new Map() };
  try {
    load();
  } catch (error) {
    return { tests: [], failure: String(error?.stack ?? error) };
  }
  const root = getState().rootDescribeBlock;
  const tests = testsOf(root);
  const seen = new Map();
  for (const one of tests) {
    const name = nameOf(one);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    present.ids.set(one, times === 1 ? name : `${name} (${times})`);
  }
  if (only) {
    const wanted = new Set(only);
    keepOnly(root, (one) => wanted.has(present.ids.get(one)));
  }
  const { unhandledErrors } = await run();
  if (unhandledErrors.length > 0) return { tests: [], failure: unhandledErrors.join('\n') };
  return { tests: tests.map((one) => ({ id: present.ids.get(one), fileName: specOf(one), isSkipped: one.status === null || one.status === 'skip', timeSpentMs: one.duration ?? 0, errors: one.errors.map(messageOf) })) };
}

/** Takes the other tests, and blocks that have none left, out of those that are still to run. */
function keepOnly(block, isWanted) {
  const kept = block.children.filter((child) => (child.type === 'test' ? isWanted(child) : keepOnly(child, isWanted) > 0));
  block.children.splice(0, block.children.length, ...kept);
  return kept.length;
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
