/** The commands that read pods share one file: it holds once what each of them loads most of. */
export { main as annotate } from '../commands/annotate.ts';
export { main as check } from '../commands/check.ts';
export { main as explain } from '../commands/explain.ts';
export { main as krm } from '../commands/krm.ts';
