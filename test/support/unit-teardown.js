import { removeTemporaryFiles } from './temporary-files.js';

/** Takes away what tests left in memory. */
export default removeTemporaryFiles;
