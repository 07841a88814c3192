/** `update` is started once for each container: this is the least that runs it. */
export { main as update } from '../commands/update.ts';
