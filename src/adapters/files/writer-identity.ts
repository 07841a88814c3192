import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';

/** Longer than the files of `/proc` that are read here; one read gives each whole (proc(5)). */
const PROC_BYTES = 4096;

/** What stands where a writer could not tell where it runs. */
const NOWHERE = '0';

interface ProcessStat {
  /** `R`, `S`, `Z` and so on. */
  readonly state: string;
  /** Start time in clock ticks since boot: with the process id, a name that is used once while the machine runs. */
  readonly started: string;
}

function readProc(name: string): string {
  const buffer = Buffer.allocUnsafe(PROC_BYTES);
  const fd = openSync(`/proc/${name}`, 'r');
  try {
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, PROC_BYTES, null));
  } finally {
    closeSync(fd);
  }
}

function readStat(pid: number | 'self'): ProcessStat {
  const stat = readProc(`${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', started: fields[19] ?? '' };
}

function namespaceId(kind: string): string {
  try {
    return /\[(\d+)\]/.exec(readlinkSync(`/proc/self/ns/${kind}`))?.[1] ?? NOWHERE;
  } catch {
    return NOWHERE;
  }
}

/**
 * Where process ids and start times mean what they mean here: this boot of this machine, this PID namespace, this
 * time namespace. `/proc` may be that of an outer PID namespace; then its numbers are not ours (`NSpid` in proc(5)
 * has more than one).
 */
function findHome(): string {
  try {
    const status = readProc('self/status');
    const pidNamespace = namespaceId('pid');
    if (!/^NSpid:\t\d+$/m.test(status) || pidNamespace === NOWHERE) return NOWHERE;
    const boot = readProc('sys/kernel/random/boot_id').trim().replaceAll('-', '');
    return `${boot}-${pidNamespace}-${namespaceId('time')}`;
  } catch {
    return NOWHERE;
  }
}

/** Who wrote a file: a process, and where its numbers hold. */
export interface Writer {
  readonly pid: number;
  readonly started: string;
  readonly home: string;
}

let self: Writer | undefined;

function findSelf(): Writer {
  try {
    return { pid: process.pid, started: readStat('self').started, home: findHome() };
  } catch {
    return { pid: process.pid, started: NOWHERE, home: NOWHERE };
  }
}

/** This process. */
export function thisWriter(): Writer {
  self ??= findSelf();
  return self;
}

function existsAsTarget(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Whether no process of this id and start time runs here any more; in doubt, it does. */
function isGone(pid: number, started: string): boolean {
  try {
    const stat = readStat(pid);
    // A process that only waits for its parent writes no more.
    return /^[ZX]/.test(stat.state) || stat.started !== started;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // `/proc` may be mounted so that it hides other users' processes.
    return (code === 'ENOENT' || code === 'ESRCH') && !existsAsTarget(pid);
  }
}

/** Whether a writer is known to be dead. Of one that runs or ran elsewhere, nothing is known here. */
export function isDead({ pid, started, home }: Writer): boolean {
  return home !== NOWHERE && home === thisWriter().home && isGone(pid, started);
}

/** Whether a writer is this process, in any of its threads. */
export function isThisProcess({ pid, started, home }: Writer): boolean {
  const own = thisWriter();
  return own.home !== NOWHERE && pid === own.pid && started === own.started && home === own.home;
}

/** {@link isDead} for a writer that did not say where it ran: it is taken to have run here. */
export function seemsDead({ pid, started }: Omit<Writer, 'home'>): boolean {
  return thisWriter().home !== NOWHERE && isGone(pid, started);
}
