/** Builds the playground and serves it on the loopback interface until it is interrupted. */
import { context } from 'esbuild';
import { root } from './bundle-settings.js';
import './build-playground.js';

const site = await context({ absWorkingDir: root });
const { hosts, port } = await site.serve({ host: '127.0.0.1', servedir: 'docs/playground' });
console.log(`The playground is at http://${hosts[0]}:${port}/ (Ctrl-C ends it).`);
