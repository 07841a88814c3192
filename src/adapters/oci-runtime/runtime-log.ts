import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { oneLine } from '../../domain/text/escape-controls.ts';
import { safeJson } from '../../domain/text/safe-json.ts';
import type { LogLevel, RuntimeArguments } from './runtime-arguments.ts';

const LEVELS: readonly LogLevel[] = ['error', 'warning', 'info', 'debug'];
const PROGRAM = 'mount-hints-runtime';

/** Opening a FIFO that nobody reads fails, and one that is full takes nothing: a container does not wait for its log. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/** More about an entry, for programs; only our own log file has it. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Appends in one write; false if the file cannot be written, which must not stop a container. */
function append(file: string | undefined, line: string): boolean {
  if (file === undefined) return false;
  try {
    const fd = openSync(file, APPEND, 0o644);
    try {
      writeSync(fd, `${line}\n`);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * Reports as OCI runtimes do, so that engines show it: to the file of `--log`, as an object a line or as
 * logrus text, and on standard error. Our own log file takes more, as JSON lines.
 */
export class RuntimeLog {
  readonly #args: RuntimeArguments;

  constructor(args: RuntimeArguments) {
    this.#args = args;
  }

  /** To our own log file alone, if its level asks for it. */
  record(level: LogLevel, message: string, fields: LogFields = {}): boolean {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(this.#args.logLevel)) return false;
    const entry = { level, msg: `${PROGRAM}: ${message}`, time: new Date().toISOString(), ...fields };
    return append(this.#args.logFile, safeJson(entry));
  }

  /**
   * To everyone. A warning goes to standard error only if no log took it: the container's own output
   * goes there too.
   */
  report(level: 'error' | 'warning', message: string, fields: LogFields = {}): void {
    const isRecorded = this.record(level, message, fields);
    const line = this.#engineLine(level, `${PROGRAM}: ${message}`);
    const isLogged = append(this.#args.log, line) || isRecorded;
    if (level === 'warning' && isLogged) return;
    const isJson = this.#args.logFormat === 'json' && this.#args.log === undefined;
    process.stderr.write(isJson ? `${line}\n` : `${PROGRAM}: ${oneLine(message)}\n`);
  }

  #engineLine(level: string, msg: string): string {
    const time = new Date().toISOString();
    if (this.#args.logFormat === 'json') return safeJson({ level, msg, time });
    return `time="${time}" level=${level} msg=${safeJson(msg)}`;
  }
}
