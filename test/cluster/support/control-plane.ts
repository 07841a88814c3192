import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from './api-client.ts';
import type { ControlPlanePrograms } from './find-control-plane.ts';

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;

/** Ports of loopback that nobody uses right now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A certificate authority in a directory, which signs what is asked for. */
export class Certificates {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'ca.key');
    this.#openssl(...'req -x509 -new -key ca.key -days 2 -subj /CN=test-ca -out ca.crt'.split(' '));
  }

  /** Signs a certificate for a subject, which is also a server on loopback; both files are named after it. */
  sign(name: string, subject: string): { readonly cert: string; readonly key: string } {
    this.#openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`);
    this.#openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`);
    writeFileSync(
      join(this.#directory, `${name}.ext`),
      'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=IP:127.0.0.1,DNS:localhost\n',
    );
    this.#openssl(
      ...`x509 -req -in ${name}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out ${name}.crt -extfile ${name}.ext`.split(
        ' ',
      ),
    );
    return { cert: this.read(`${name}.crt`), key: this.read(`${name}.key`) };
  }

  read(file: string): string {
    return readFileSync(join(this.#directory, file), 'utf8');
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#directory, stdio: 'pipe' });
  }
}

/** Runs a server that ends with this process, however that ends; its output goes to `NAME.log`. */
export function serve(
  directory: string,
  program: string,
  args: readonly string[],
  name = basename(program),
): ChildProcess {
  const log = openSync(join(directory, `${name}.log`), 'a');
  const wrapped = spawnSync('setpriv', ['--version']).status === 0;
  const words = wrapped ? ['setpriv', '--pdeathsig', 'KILL', program, ...args] : [program, ...args];
  const [first = program, ...rest] = words;
  const child = spawn(first, rest, { cwd: directory, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

/** Ends a server, by force if it takes too long. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
  child.kill('SIGTERM');
  if (await Promise.race([ended, sleep(STOP_LIMIT_MS, false, { ref: false })])) return;
  child.kill('SIGKILL');
  await ended;
}

/** etcd and kube-apiserver on loopback, with certificates of their own: a cluster without nodes. */
export class ControlPlane {
  readonly programs: ControlPlanePrograms;
  readonly directory: string;
  readonly certificates: Certificates;
  readonly client: ApiClient;
  readonly kubeconfig: string;
  readonly #children: readonly ChildProcess[];

  private constructor(
    programs: ControlPlanePrograms,
    directory: string,
    certificates: Certificates,
    server: string,
    children: readonly ChildProcess[],
  ) {
    this.programs = programs;
    this.directory = directory;
    this.certificates = certificates;
    this.#children = children;
    const admin = certificates.sign('admin', '/O=system:masters/CN=admin');
    this.client = new ApiClient({ server, ca: certificates.read('ca.crt'), ...admin });
    this.kubeconfig = join(directory, 'admin.kubeconfig');
    writeFileSync(this.kubeconfig, JSON.stringify(this.#configuration(server)), { mode: 0o600 });
  }

  /** Starts one in a directory of its own below `parent`, and waits until it is ready. */
  static async start(programs: ControlPlanePrograms, parent = tmpdir()): Promise<ControlPlane> {
    const directory = mkdtempSync(join(parent, 'mount-hints-cluster-'));
    const certificates = new Certificates(directory);
    certificates.sign('server', '/CN=kube-apiserver');
    execFileSync('openssl', ['genrsa', '-out', 'sa.key', '2048'], { cwd: directory, stdio: 'pipe' });
    execFileSync('openssl', ['rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub'], {
      cwd: directory,
      stdio: 'pipe',
    });
    const [api = 0, etcd = 0, peer = 0] = await freePorts(3);
    const children = [
      serve(directory, join(programs.bin, 'etcd'), [
        '--data-dir=etcd.data',
        `--listen-client-urls=http://127.0.0.1:${etcd}`,
        `--advertise-client-urls=http://127.0.0.1:${etcd}`,
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
        `--initial-cluster=default=http://127.0.0.1:${peer}`,
        '--unsafe-no-fsync',
        '--log-level=warn',
      ]),
      serve(directory, join(programs.bin, 'kube-apiserver'), [
        `--etcd-servers=http://127.0.0.1:${etcd}`,
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        '--endpoint-reconciler-type=none',
        `--secure-port=${api}`,
        '--tls-cert-file=server.crt',
        '--tls-private-key-file=server.key',
        '--client-ca-file=ca.crt',
        '--authorization-mode=RBAC',
        '--service-account-issuer=https://kubernetes.default.svc',
        '--service-account-key-file=sa.pub',
        '--service-account-signing-key-file=sa.key',
        '--service-cluster-ip-range=10.96.0.0/16',
        // Pods can then be created without any controller; nothing runs them.
        '--disable-admission-plugins=ServiceAccount',
        '--allow-privileged=true',
      ]),
    ];
    const plane = new ControlPlane(programs, directory, certificates, `https://127.0.0.1:${api}`, children);
    try {
      await plane.#ready();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + READY_LIMIT_MS;
    while (Date.now() < deadline) {
      if (this.#children.some(({ exitCode }) => exitCode !== null)) break;
      const answer = await this.client.send('GET', '/readyz').catch(() => undefined);
      if (answer?.body === 'ok') return;
      await sleep(100);
    }
    const log = readFileSync(join(this.directory, 'kube-apiserver.log'), 'utf8');
    throw new Error(`kube-apiserver is not ready: ${log.split('\n').slice(-6).join('\n')}`);
  }

  #configuration(server: string): object {
    const encoded = (file: string) => Buffer.from(this.certificates.read(file)).toString('base64');
    return {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 't', cluster: { server, 'certificate-authority-data': encoded('ca.crt') } }],
      users: [
        {
          name: 'admin',
          user: { 'client-certificate-data': encoded('admin.crt'), 'client-key-data': encoded('admin.key') },
        },
      ],
      contexts: [{ name: 't', context: { cluster: 't', user: 'admin' } }],
      'current-context': 't',
    };
  }

  /** The logs of the API server so far. */
  log(): string {
    return readFileSync(join(this.directory, 'kube-apiserver.log'), 'utf8');
  }

  /** Stops both, and takes everything away. */
  async stop(): Promise<void> {
    this.client.close();
    for (const child of [...this.#children].reverse()) await end(child);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
