import { processIo } from './process-io';
import { run } from './run';

const { io, flushed } = processIo(process, process.env);
run(process.argv.slice(2), io).then(async (code) => {
  await flushed();
  process.exit(code);
});
