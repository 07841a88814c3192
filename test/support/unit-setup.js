import buildCommandLine from './global-setup.js';
import { keepTemporaryFilesInMemory } from './temporary-files.js';

/** Builds the command line, and gives the tests a fast place for their files. */
export default function setUp() {
  buildCommandLine();
  keepTemporaryFilesInMemory();
}
