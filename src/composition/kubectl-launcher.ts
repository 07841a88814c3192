import { join } from 'node:path';
import { loadBuiltFile } from './load-built-file.ts';

const { kubectl } = loadBuiltFile<typeof import('./command-files/small-commands.ts')>(
  join(__dirname, 'commands'),
  'small-commands',
  process.env,
);
kubectl(process.argv.slice(2), [process.execPath, join(__dirname, 'mount-hints.cjs')]).then((status) =>
  process.exit(status),
);
