import { join } from 'node:path';
import { loadBundle } from './load-bundle.ts';

const { kubectl } = loadBundle<typeof import('./bundles/small-commands.ts')>(
  join(__dirname, 'commands'),
  'small-commands',
  process.env,
);
kubectl(process.argv.slice(2), [process.execPath, join(__dirname, 'mount-hints.cjs')]).then((status) =>
  process.exit(status),
);
