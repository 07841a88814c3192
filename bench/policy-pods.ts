/** A gVisor pod of so many volumes, of which each container mounts so many: every third has a limit, every fourth mount is read-only. */
export function policyPod(volumes: number, containers: number, mounts: number, namespace: string): object {
  const names = Array.from({ length: volumes }, (_, index) => `volume-${index}`);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bench', namespace },
    spec: {
      runtimeClassName: 'gvisor',
      volumes: names.map((name, index) => ({ name, emptyDir: index % 3 === 0 ? { sizeLimit: '1Gi' } : {} })),
      containers: Array.from({ length: containers }, (_, container) => ({
        name: `c${container}`,
        image: 'busybox',
        volumeMounts: Array.from({ length: Math.min(volumes, mounts) }, (_each, index) => ({
          name: names[(container * mounts + index) % volumes],
          mountPath: `/mnt/${index}`,
          readOnly: index % 4 === 0,
        })),
      })),
    },
  };
}
