/** A stage of gVisor's own shim: a version of its Go module, and the release whose rules it has. */
export interface Era {
  readonly version: string;
  readonly release: string;
  /**
   * Build tags of `program/`: `v1` where the function lives in `pkg/shim/v1/utils`, `bundle` where it wrote the bundle
   * itself.
   */
  readonly tags: string;
}

/**
 * Versions that the Go module proxy serves, at least one for every row but 20260914; where there is a choice, those
 * nearest to the ends of a row. Of later commits than the last one the proxy serves none (docs/parity.md).
 * 2025-10-11 to 2025-11-08 do not build with Go 1.26.
 */
export const ERAS: readonly Era[] = [
  { version: 'v0.0.0-20210424070529-29f85eb7ca69', release: '20210424', tags: 'bundle' },
  { version: 'v0.0.0-20210716193733-566c23a60eea', release: '20210716', tags: '' },
  { version: 'v0.0.0-20211020211948-f76a604701b6', release: '20211020', tags: '' },
  { version: 'v0.0.0-20220126021142-d8aa030b2591', release: '20220126', tags: '' },
  { version: 'v0.0.0-20221203005347-703fd9b7fbc0', release: '20221203', tags: '' },
  { version: 'v0.0.0-20230504175454-7b0a1988a28f', release: '20230504', tags: '' },
  { version: 'v0.0.0-20230927004350-cbd86285d259', release: '20230927', tags: '' },
  { version: 'v0.0.0-20231202080848-1f7806d17489', release: '20231202', tags: '' },
  { version: 'v0.0.0-20240722211153-64c016c92987', release: '20240722', tags: '' },
  { version: 'v0.0.0-20240916094835-a174eb65023f', release: '20240916', tags: '' },
  { version: 'v0.0.0-20250205023644-9414b50a5633', release: '20250205', tags: '' },
  { version: 'v0.0.0-20250503011706-39ed1f5ac29c', release: '20250503', tags: 'v1' },
  { version: 'v0.0.0-20250718015824-35000683b6d7', release: '20250718', tags: 'v1' },
  { version: 'v0.0.0-20250911055229-61a46406f068', release: '20250911', tags: 'v1' },
  { version: 'v0.0.0-20260122175437-89a5d21be8f0', release: '20260122', tags: 'v1' },
  { version: 'v0.0.0-20260518063529-209a0ce076a1', release: '20260518', tags: 'v1' },
  { version: 'v0.0.0-20260701204157-69c2d17aea96', release: '20260701', tags: 'v1' },
  { version: 'v0.0.0-20260905035102-160fafc42237', release: '20260615', tags: 'v1' },
];
