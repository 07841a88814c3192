/** A stage of gVisor's own shim: a version of its Go module, and the release whose rules it has. */
export interface Era {
  readonly version: string;
  readonly release: string;
  /** Build tags of `program/`: `v1` where the function lives in `pkg/shim/v1/utils`. */
  readonly tags: string;
}

/**
 * The versions that the Go module proxy serves. No version was found for the rows 20200804, 20210510, 20250611,
 * 20250915 and 20260914; the commit of 2026-09-05 has the rules of 20260615 (docs/parity.md).
 */
export const ERAS: readonly Era[] = [
  { version: 'v0.0.0-20221203005347-703fd9b7fbc0', release: '20221203', tags: '' },
  { version: 'v0.0.0-20230504175454-7b0a1988a28f', release: '20230504', tags: '' },
  { version: 'v0.0.0-20230927004350-cbd86285d259', release: '20230927', tags: '' },
  { version: 'v0.0.0-20231202080848-1f7806d17489', release: '20231202', tags: '' },
  { version: 'v0.0.0-20240722211153-64c016c92987', release: '20240722', tags: '' },
  { version: 'v0.0.0-20240916094835-a174eb65023f', release: '20240916', tags: '' },
  { version: 'v0.0.0-20250205023644-9414b50a5633', release: '20250205', tags: '' },
  { version: 'v0.0.0-20250503011706-39ed1f5ac29c', release: '20250503', tags: 'v1' },
  { version: 'v0.0.0-20260905035102-160fafc42237', release: '20260615', tags: 'v1' },
];
