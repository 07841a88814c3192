import { FILTER_OPTIONS } from './pod-filter-options.ts';
import { POD_PATH_OPTION, SELECTION_OPTIONS } from './pod-selection-options.ts';

/** The options of every command that reads manifests: where their pods are, and which of them it takes. */
export const MANIFEST_OPTIONS = { ...SELECTION_OPTIONS, ...FILTER_OPTIONS, ...POD_PATH_OPTION } as const;
