const { TestEnvironment } = require('jest-environment-node');

/** Skips all tests after the first failure: one failed test kills a mutant. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  failed = false;

  handleTestEvent(event) {
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.failed = true;
    if (event.name === 'test_start' && this.failed) event.test.mode = 'skip';
  }
};
