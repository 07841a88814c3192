/**
 * npm runs this wherever the package is installed from. From a Git repository (pre-commit does that, and `npm install
 * git+https://…`) there is no dist/, and nothing else that npm runs there could build it: `prepack` is not run. In a
 * checkout whoever wants dist/ builds it, so that `npm ci` takes no longer.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

function npm(...args) {
  // With -g, which npm hands on in the environment, npm would install into the prefix and not here.
  const env = { ...process.env, npm_config_global: 'false' };
  execFileSync('npm', args, { stdio: 'inherit', env });
}

// npm sets it for the clone that it makes of a Git dependency (pacote, lib/git.js).
const isGitDependency = process.env._PACOTE_NO_PREPARE_ !== undefined;
if (isGitDependency) {
  // For the same reason a clone for -g has no packages yet.
  if (!existsSync('node_modules')) npm('ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund');
  npm('run', 'build');
}
