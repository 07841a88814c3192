import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { BundleFactory, shell } from './container-bundle.ts';

/** How an OCI runtime is called. */
export interface RuntimeUnderTest {
  /** Program and words before the runtime's own. */
  command: readonly string[];
  environment: Record<string, string>;
}

interface Outcome {
  status: number | string | null;
  stdout: string;
  stderr: string;
}

const BB = '/bin/busybox';
/** Longer than any step of a healthy runtime takes. */
const PATIENCE_MS = 5000;

/** One whole life of containers, watched from outside; two runtimes that behave alike leave equal observations. */
export class LifeCycle {
  readonly #runtime: RuntimeUnderTest;
  readonly #bundles = new BundleFactory();
  readonly #state = join(this.#bundles.root, 'state');
  readonly observations: [string, unknown][] = [];
  #ids = 0;

  constructor(runtime: RuntimeUnderTest) {
    this.#runtime = runtime;
    mkdirSync(this.#state);
  }

  async run(): Promise<[string, unknown][]> {
    try {
      await this.#answers();
      await this.#output();
      await this.#inheritance();
      await this.#steps();
      await this.#signals();
      await this.#console();
      await this.#errors();
      return this.observations;
    } finally {
      this.#bundles.remove();
    }
  }

  #id(): string {
    return `life-${process.pid}-${this.#ids++}`;
  }

  /** What differs from run to run without meaning anything, put aside. */
  #plain(text: string): string {
    return text
      .replaceAll(this.#bundles.root, 'ROOT')
      .replaceAll(new RegExp(`life-${process.pid}-`, 'g'), 'ID-')
      .replaceAll(/\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)?/g, 'TIME')
      .replaceAll(/"pid": ?[1-9]\d*/g, '"pid": PID')
      .replaceAll(/\bpid \d+/g, 'pid PID');
  }

  #spawn(words: readonly string[], options: SpawnOptions = {}) {
    const [program = '', ...before] = this.#runtime.command;
    return spawn(program, [...before, '--root', this.#state, ...words], {
      cwd: this.#bundles.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
      env: { PATH: process.env.PATH, HOME: '/root', ...this.#runtime.environment },
    });
  }

  #call(words: readonly string[], options: SpawnOptions = {}, input?: string): Promise<Outcome> {
    const child = this.#spawn(words, options);
    if (input !== undefined) child.stdin?.end(input);
    return this.#ending(child);
  }

  /** How a process ends and what it said; one that does not end, or leaves its output open, is given up. */
  #ending(child: ChildProcess): Promise<Outcome> {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    return new Promise((resolve, reject) => {
      const end = (status: Outcome['status']) => {
        clearTimeout(late);
        resolve({ status, stdout: this.#plain(stdout), stderr: this.#plain(stderr) });
      };
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        child.stdout?.destroy();
        child.stderr?.destroy();
        end('never ended');
      }, PATIENCE_MS);
      child.once('error', reject);
      child.once('close', (status, signal) => end(status ?? signal));
    });
  }

  async #observe(name: string, words: readonly string[], options: SpawnOptions = {}, input?: string) {
    const outcome = await this.#call(words, options, input);
    this.observations.push([name, outcome]);
    return outcome;
  }

  async #answers() {
    await this.#observe('--version', ['--version']);
    await this.#observe('state of nothing', ['state', 'no-such-container']);
    await this.#observe('an unknown command', ['no-such-command']);
  }

  async #output() {
    const loud = this.#bundles.make('loud', { args: shell('echo out; echo err >&2; exit 7') });
    await this.#observe('run', ['run', '--bundle', loud, this.#id()]);

    const cat = this.#bundles.make("a bundle's name", { args: [BB, 'cat'] });
    const piped: SpawnOptions = { stdio: ['pipe', 'pipe', 'pipe'], cwd: cat };
    await this.#observe('standard input', ['run', this.#id()], piped, 'some input\n');

    const create = this.#bundles.make('create', { args: [BB, 'pwd'], cwd: '/tmp' });
    await this.#observe('names like commands', ['run', '-b', 'create', `${this.#id()}-create`], {
      cwd: join(create, '..'),
    });
    const none: SpawnOptions = { stdio: ['ignore', 'ignore', 'ignore'] };
    await this.#observe('no output', ['run', '--bundle', loud, this.#id()], none);
  }

  /** Descriptors, limits, and what else a process inherits. */
  async #inheritance() {
    const look = 'cat <&3; cat <&4; cat <&5; ls /proc/self/fd | wc -l; ulimit -Sn; ulimit -Hn; umask';
    const signals = 'grep -E "Sig(Ign|Blk)" /proc/self/status';
    const bundle = this.#bundles.make('inheritance', {
      args: shell(`${look}; ${signals}`.replaceAll(/\b(cat|ls|wc|grep)\b/g, `${BB} $1`)),
    });
    const files = [3, 4, 5].map((fd) => {
      writeFileSync(join(bundle, String(fd)), `descriptor ${fd}\n`);
      return openSync(join(bundle, String(fd)), 'r');
    });
    const words = ['--root', this.#state, 'run', '--preserve-fds', '3', '-b', bundle, this.#id()];
    const child = spawn('sh', [...LIMITED, ...this.#runtime.command, ...words], {
      stdio: ['ignore', 'pipe', 'pipe', ...files],
      env: { PATH: process.env.PATH, ...this.#runtime.environment },
    });
    const outcome = await this.#ending(child);
    for (const fd of files) closeSync(fd);
    this.observations.push(['inheritance', outcome]);
  }

  async #steps() {
    const bundle = this.#bundles.make('steps', { args: shell('echo started; exec /bin/busybox sleep 60') });
    const pidFile = join(bundle, 'pid');
    const id = this.#id();
    const out = openSync(join(bundle, 'out'), 'w');
    const detached: SpawnOptions = { stdio: ['ignore', out, out] };
    await this.#observe('create', ['create', '--bundle', bundle, '--pid-file', pidFile, id], detached);
    await this.#observe('state, created', ['state', id]);
    const pid = Number(existsSync(pidFile) && readFileSync(pidFile, 'utf8'));
    this.observations.push(['the pid file', pid > 0 && existsSync(`/proc/${pid}`)]);
    await this.#observe('start', ['start', id]);
    await this.#observe('state, running', ['state', id]);
    await this.#observe('exec', ['exec', id, BB, 'echo', 'two  words', '$HOME']);
    await this.#observe('exec, failing', ['exec', id, BB, 'sh', '-c', 'exit 5']);
    await this.#observe('exec with input', ['exec', id, BB, 'cat'], { stdio: 'pipe' }, 'to exec\n');
    await this.#observe('pause', ['pause', id]);
    await this.#observe('resume', ['resume', id]);
    await this.#observe('kill', ['kill', id, 'KILL']);
    await this.#settled(id, 'stopped');
    await this.#observe('state, stopped', ['state', id]);
    await this.#observe('delete', ['delete', id]);
    await this.#observe('delete again', ['delete', id]);
    closeSync(out);
    this.observations.push(['output of a detached container', readFileSync(join(bundle, 'out'), 'utf8')]);
  }

  async #settled(id: string, status: string) {
    for (let tries = 0; tries < 100; tries++) {
      const { stdout } = await this.#call(['state', id]);
      if (stdout.includes(`"${status}"`)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** A signal to the runtime's own process reaches the container. */
  async #signals() {
    const wait = `trap 'echo caught; exit 9' TERM; echo ready; while :; do ${BB} sleep 0.05; done`;
    const bundle = this.#bundles.make('signals', { args: shell(wait) });
    const id = this.#id();
    const child = this.#spawn(['run', '--bundle', bundle, id]);
    const ending = this.#ending(child);
    child.stdout?.on('data', (chunk: Buffer) => chunk.includes('ready') && child.kill('SIGTERM'));
    const { status, stdout } = await ending;
    const { stdout: state } = await this.#call(['state', id]);
    await this.#call(['delete', '--force', id]);
    this.observations.push(['SIGTERM', { status, stdout, isGone: state === '' }]);
  }

  /**
   * The console's socket gets its message; the descriptor that goes with it is closed unseen. On a busy machine
   * that is before the runtime is through with the console, which then fails: it may try a few times.
   */
  async #console() {
    const bundle = this.#bundles.make('console', { terminal: true, args: [BB, 'sleep', '60'] });
    const path = join(bundle, 's');
    const id = this.#id();
    const messages: string[] = [];
    const server = createServer((socket) => socket.on('data', (data) => messages.push(data.toString())));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const words = ['create', '-b', bundle, '--console-socket', path, id];
    let outcome = await this.#call(words, { stdio: 'ignore' });
    for (let again = 0; again < CONSOLE_RETRIES && outcome.status !== 0; again++) {
      await this.#call(['delete', '--force', id]);
      messages.length = 0;
      outcome = await this.#call(words, { stdio: 'ignore' });
    }
    this.observations.push(['create with a console', outcome]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.close();
    this.observations.push(['console messages', messages]);
    await this.#observe('delete by force', ['delete', '--force', id]);
  }

  async #errors() {
    const bundle = this.#bundles.make('errors', { args: ['/no/such/program'] });
    const log = join(bundle, 'log');
    await this.#observe('an error of the runtime', [
      ...['--log', log, '--log-format', 'json', 'run', '--bundle', bundle],
      this.#id(),
    ]);
    const text = existsSync(log) ? this.#plain(readFileSync(log, 'utf8')) : undefined;
    this.observations.push(['its log', text]);
    rmSync(log, { force: true });
  }
}

const CONSOLE_RETRIES = 4;

/** Limits of its own, and SIGPIPE ignored, as engines written in Go hand it on. */
const LIMITED = ['-c', 'ulimit -Sn 345; ulimit -Hn 1234; umask 027; trap "" PIPE; exec "$@"', 'sh'];

/** The names of the observations in which two lives differ, with both. */
export function differences(a: readonly [string, unknown][], b: readonly [string, unknown][]): object[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, index) => ({
    name: a[index]?.[0],
    a: a[index]?.[1],
    b: b[index]?.[1],
  })).filter((each) => JSON.stringify(each.a) !== JSON.stringify(each.b));
}
