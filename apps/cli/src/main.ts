import { processIo } from './process-io';
import { run } from './run';

// If the event loop ran empty early, Node would exit with 0.
process.exitCode = 1;
const { io, flushed } = processIo(process, process.env);
run(process.argv.slice(2), io).then(async (code) => {
  await flushed();
  process.exit(code);
});
