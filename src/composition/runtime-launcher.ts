import { loadBuiltFile } from './load-built-file.ts';

/** Root's caches belong to the host: engines call the runtime with and without HOME. */
function environment(): NodeJS.ProcessEnv {
  return process.geteuid?.() === 0 ? { XDG_CACHE_HOME: '/var/cache', ...process.env } : process.env;
}

const { main } = loadBuiltFile<typeof import('./runtime.ts')>(
  __dirname,
  'rewrite-before-start',
  environment(),
);
// The script reports any status but 0 and 3 itself.
main(process.argv.slice(2)).then((status) => process.exit(status));
