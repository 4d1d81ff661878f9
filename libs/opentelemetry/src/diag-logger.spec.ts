import { diagLogger } from './diag-logger';

it('reports the SDK’s messages about itself as text, without objects, which may contain spans', () => {
  const reported: unknown[] = [];
  const logger = diagLogger((...args) => reported.push(args));
  logger.error('export failed', new Error('no route to host'));
  logger.warn('Dropped 3 spans', 'because', { spans: ['hunter2'] });
  logger.info('a');
  logger.debug('b', 7);
  logger.verbose('c');
  expect(reported).toEqual([
    ['error', 'export failed Error: no route to host'],
    ['warn', 'Dropped 3 spans because'],
    ['info', 'a'],
    ['debug', 'b'],
    ['debug', 'c'],
  ]);
});
