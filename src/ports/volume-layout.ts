/** How a host path names a volume. The domain reasons with it; engines other than Kubernetes bring their own. */
export type { VolumeAt, VolumeLayout } from '../domain/spec/volume-layout.ts';
