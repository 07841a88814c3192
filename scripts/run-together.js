/**
 * Runs npm scripts of this package beside each other, as many as there are processors, and prints what each said once
 * it has ended. Ends with an error if one of them did; the others run to their end, so that one run tells all.
 *
 *     node scripts/run-together.js check:types check:lint
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

const waiting = process.argv.slice(2);
// Node reads these certificates at each start, and no check opens a connection.
delete process.env.NODE_EXTRA_CA_CERTS;

async function run(name) {
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(data));
  const [status] = await once(child, 'close');
  process.stdout.write(Buffer.concat(said));
  if (status === 0) return;
  process.stdout.write(`npm run ${name} failed\n`);
  process.exitCode = 1;
}

async function runWaiting() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name);
}

await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
