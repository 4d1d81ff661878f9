import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '@alloy/contracts';

const dist = join(__dirname, '..', 'dist');

const folders = [...services.map((service) => join('apps', service)), 'typeorm'];

it.each(folders)('%s is bundled in ASCII, one byte for each character in memory', (folder) => {
  expect(readdirSync(join(dist, folder))).toContain('main.js');
  const text = readFileSync(join(dist, folder, 'main.js'), 'utf8');
  expect([...text.matchAll(/.{0,20}[^\0-\x7f]+/g)].map(String)).toEqual([]);
});
