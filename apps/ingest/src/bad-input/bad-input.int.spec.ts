import { refuses, type Lines } from '../testing/refusals';
import { carried } from './testing/lines/carried';
import { json } from './testing/lines/json';
import { kinds } from './testing/lines/kinds';
import { names } from './testing/lines/names';
import { pipelines } from './testing/lines/pipelines';
import { power } from './testing/lines/power';
import { signed } from './testing/lines/signed';
import { whoMay } from './testing/lines/who-may';
import { workload } from './testing/lines/workload';
import { yaml } from './testing/lines/yaml';
import { openStage, type Stage } from './testing/stage';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

/** Types of bad input, in the order of the checks. */
const groups: Readonly<Record<string, Lines>> = {
  'who may': { ...whoMay, ...pipelines(() => stage.issuer), ...signed },
  'the transport': carried(() => stage),
  'JSON': json,
  'YAML': yaml,
  'kinds and namespaces': kinds,
  'the workload': workload,
  'names, labels, images': names,
  'power and size': power,
};

describe.each(Object.entries(groups))('%s', (_group, lines) => {
  for (const [line, rows] of Object.entries(lines)) describe(line, () => refuses(() => stage.ingest, rows));
});
