import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { RootedNodeFiles } from '../../../src/adapters/node-files/rooted-node-files.ts';
import { loadContainerd } from '../../../src/application/load-containerd.ts';
import { Workplace } from '../../support/workplace.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

test('imports through links to their own directory are read once', async () => {
  const directory = join(place.root, 'etc');
  mkdirSync(directory);
  for (const name of ['l1', 'l2']) symlinkSync('.', join(directory, name));
  writeFileSync(join(directory, 'config.toml'), 'imports = ["l1/config.toml", "l2/config.toml"]\n');
  const layout = { distribution: 'containerd' as const, config: '/etc/config.toml', templates: [] };
  const { config } = await loadContainerd(new RootedNodeFiles(place.root), layout);
  expect(config?.files).toHaveLength(1);
});
