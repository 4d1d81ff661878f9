import { createRequire } from 'node:module';
import { join } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import shortProperties from '../short-properties.cjs';
import specs from '../specs.cjs';
import { bundled } from './bundle.mjs';
import { runSpecs } from './circus.mjs';
import { withLoading } from './coverage.mjs';

/**
 * Runs the unit specs of the lib MUTATION_LIB with Jest's circus and expect in one process: Jest itself rebuilds its
 * module registry for each mutant, which takes ten times as long as the specs.
 * The specs and the code under test are evaluated again for each mutant, so that mutants of constants are found as
 * well; packages are loaded once.
 */
class InProcessRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const root = process.cwd();
    const require = createRequire(join(root, 'test/mutation/'));
    const fastCheck = shortProperties.shortened(require('fast-check'));
    this.script = await bundled(root, specs.sourcesOf(root, process.env.MUTATION_LIB), specs.unitSpecsOf(root, process.env.MUTATION_LIB));
    this.require = Object.assign((id) => (id === 'fast-check' ? fastCheck : require(id)), require);
  }

  async dryRun() {
    const stryker = (globalThis.__stryker__ = {});
    const result = await this.run({ stopAtFailure: false });
    return { ...result, mutantCoverage: withLoading(stryker.mutantCoverage, this.tests) };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }) {
    const stryker = (globalThis.__stryker__ = {
      activeMutant: activeMutant.id,
      hitLimit,
      hitCount: hitLimit === undefined ? undefined : 0,
    });
    const result = await this.run({ stopAtFailure: !disableBail, only: testFilter });
    return toMutantRunResult(determineHitLimitReached(stryker.hitCount, hitLimit) ?? result, disableBail);
  }

  async run(options) {
    const found = [];
    try {
      this.script.runInThisContext()(this.require, { exports: {} }, {}, (name, load) => found.push([name, load]));
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    }
    const { tests, failure } = await runSpecs(found, options);
    this.tests = tests;
    if (failure !== undefined) return { status: DryRunStatus.Error, errorMessage: failure };
    return {
      status: DryRunStatus.Complete,
      tests: tests.map(({ id, fileName, errors, isSkipped, timeSpentMs }) => ({
        id,
        name: id,
        fileName: join(process.cwd(), fileName),
        timeSpentMs,
        ...statusOf(errors, isSkipped),
      })),
    };
  }
}

function statusOf(errors, isSkipped) {
  if (isSkipped) return { status: TestStatus.Skipped };
  return errors.length === 0 ? { status: TestStatus.Success } : { status: TestStatus.Failed, failureMessage: errors[0] };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)];
