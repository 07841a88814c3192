import { join } from 'node:path';
import { main } from './kubectl.ts';

main(process.argv.slice(2), [process.execPath, join(__dirname, 'mount-hints.cjs')]).then((status) =>
  process.exit(status),
);
