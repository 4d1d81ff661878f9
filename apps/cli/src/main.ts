import { processIo } from './process-io';
import { run } from './run';

// Node would end with 0 if the event loop ran empty before the result is known.
process.exitCode = 1;
const { io, flushed } = processIo(process, process.env);
run(process.argv.slice(2), io).then(async (code) => {
  await flushed();
  process.exit(code);
});
