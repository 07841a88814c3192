/** The texts that a package carries beside the programs: scripts/build-deb.js loads this file. */
export { completionScript } from '../adapters/cli/commands/completion-command.ts';
export { commandManPage, programManPage, renderManPage } from '../adapters/cli/rendering/man-page.ts';
export { commandSpecs } from './command-specs.ts';
