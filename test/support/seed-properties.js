/** Gives every property of fast-check the seed; one that fails prints it. */
import fc from 'fast-check';
import { SEED } from './seed.js';

fc.configureGlobal({ seed: SEED });
