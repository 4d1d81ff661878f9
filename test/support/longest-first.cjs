const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');
const seconds = require('../durations.json');

/**
 * The files that take longest begin first, so that at the end no worker waits for another one; the rest as Jest has it.
 */
module.exports = class LongestFirst extends Sequencer {
  constructor(options) {
    super(options);
    this.root = options.globalConfig.rootDir;
  }

  sort(tests) {
    const length = ({ path }) => seconds[relative(this.root, path)] ?? 0;
    return super.sort(tests).sort((one, other) => length(other) - length(one));
  }
};
