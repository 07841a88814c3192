/** The pod that the README explains, as a manifest. */
export const README_POD = `apiVersion: v1
kind: Pod
metadata:
  name: agent
  annotations:
    dev.gvisor.spec.mount.scratch.type: tmpfs
    dev.gvisor.spec.mount.scratch.share: pod
    dev.gvisor.spec.mount.scratch.options: rw,rprivate,size=256m
    dev.gvisor.spec.mount.work.type: bind
    dev.gvisor.spec.mount.work.share: container
    dev.gvisor.spec.mount.work.options: rw,rprivate
spec:
  runtimeClassName: gvisor
  containers:
    - name: web
      volumeMounts:
        - {name: scratch, mountPath: /scratch}
        - {name: work, mountPath: /work}
        - {name: settings, mountPath: /etc/app, readOnly: true}
    - name: indexer
      volumeMounts:
        - {name: scratch, mountPath: /var/scratch}
        - {name: cache, mountPath: /cache}
        - {name: settings, mountPath: /etc/app, readOnly: true}
  volumes:
    - name: scratch
      emptyDir: {}
    - name: work
      emptyDir: {}
    - name: cache
      emptyDir: {sizeLimit: 1Gi}
    - name: settings
      configMap: {name: web}
`;
