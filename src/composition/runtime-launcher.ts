import { loadCommand } from './load-command.ts';

/** Root's caches belong to the host: engines call the runtime with and without HOME. */
function environment(): NodeJS.ProcessEnv {
  return process.geteuid?.() === 0 ? { XDG_CACHE_HOME: '/var/cache', ...process.env } : process.env;
}

// The script reports any status but 0 and 3 itself.
loadCommand(__dirname, 'rewrite-before-start', environment())
  .main(process.argv.slice(2))
  .then((status) => process.exit(status));
