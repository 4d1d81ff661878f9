import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { addEventHandler, getState, resetState, run, ...circus } = require('jest-circus');
const { expect } = require('expect');

const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, it, test, expect });

let present = { stopAtFailure: false, ids: new Map() };
addEventHandler((event) => {
  // One failed test kills a mutant.
  if (present.stopAtFailure && (event.name === 'test_fn_failure' || event.name === 'hook_failure'))
    keepOnly(getState().rootDescribeBlock, () => false);
  // Stryker's instrumentation records what a test covers under this id.
  if (event.name === 'test_start') globalThis.__stryker__.currentTestId = present.ids.get(event.test);
  if (event.name === 'test_done') globalThis.__stryker__.currentTestId = undefined;
});

/** The id under which the coverage of loading a spec is recorded. */
export const loadIdOf = (spec) => `load ${spec}`;

/**
 * Loads one spec after the other and runs its tests, or those with an id in `only`; `stopAtFailure` skips all tests
 * after the first failure. `specs`: [name, load], where `load` defines the tests.
 * `failure`: why a spec could not be run.
 */
export async function runSpecs(specs, { stopAtFailure, only }) {
  const wanted = only && new Set(only);
  const tests = [];
  for (const [name, load] of specs) {
    if (only && !only.some((id) => id.startsWith(`${name} `))) continue;
    const spec = await runSpec(name, load, { stopAtFailure, wanted });
    if (spec.failure !== undefined) return { tests: [], failure: spec.failure };
    tests.push(...spec.tests);
    if (stopAtFailure && spec.tests.some(({ errors }) => errors.length > 0)) break;
  }
  return { tests };
}

async function runSpec(name, load, { stopAtFailure, wanted }) {
  resetState();
  present = { stopAtFailure, ids: new Map() };
  try {
    describe(name, () => noting(loadIdOf(name), load));
  } catch (error) {
    return { tests: [], failure: String(error?.stack ?? error) };
  }
  const root = getState().rootDescribeBlock;
  const tests = testsOf(root);
  present.ids = idsOf(tests);
  if (wanted) keepOnly(root, (one) => wanted.has(present.ids.get(one)));
  const { unhandledErrors } = await run();
  if (unhandledErrors.length > 0) return { tests: [], failure: unhandledErrors.join('\n') };
  return {
    tests: tests.map((one) => ({
      id: present.ids.get(one),
      fileName: name,
      isSkipped: one.status === null || one.status === 'skip',
      timeSpentMs: one.duration ?? 0,
      errors: one.errors.map(messageOf),
    })),
  };
}

function noting(id, load) {
  globalThis.__stryker__.currentTestId = id;
  try {
    load();
  } finally {
    globalThis.__stryker__.currentTestId = undefined;
  }
}

/** A unique id for each test: a table may give several tests one name. */
function idsOf(tests) {
  const seen = new Map();
  return new Map(tests.map((one) => {
    const name = nameOf(one);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return [one, times === 1 ? name : `${name} (${times})`];
  }));
}

/** Removes the other tests, and blocks without tests, from those still to run. */
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

/** The message of an error as Circus stores it: the error, or a pair of it and of where the test was started. */
const messageOf = (noted) => {
  const [error, asyncError] = Array.isArray(noted) ? noted : [noted];
  return String(error?.message ?? error ?? asyncError?.message);
};
