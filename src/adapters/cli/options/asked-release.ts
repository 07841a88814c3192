import { type ChosenRelease, chooseRelease } from '../../../application/choose-release.ts';
import type { Release } from '../../../domain/rewrite/releases.ts';
import type { RuntimeRelease } from '../../../ports/runtime-release.ts';
import { flag, type Invocation, textOption } from '../commands/command.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The release by whose rules one run of a command works; the same rule for every command. */
export class AskedRelease {
  readonly #chosen: ChosenRelease;
  readonly #terminal: Terminal;
  #isToTell: boolean;

  private constructor(chosen: ChosenRelease, invocation: Invocation) {
    this.#chosen = chosen;
    this.#terminal = invocation.terminal;
    this.#isToTell = chosen.assumed && !flag(invocation, 'quiet');
  }

  /**
   * What `--release` says; the installed runsc's for `auto`, and where none is installed, the newest.
   *
   * @throws MH_RELEASE_INVALID, MH_RELEASE_TOO_OLD, MH_RUNSC_UNUSABLE
   */
  static async of(
    invocation: Invocation,
    runtime: (runsc: string | undefined) => RuntimeRelease,
  ): Promise<AskedRelease> {
    const asked = textOption(invocation, 'release') ?? 'auto';
    return new AskedRelease(await chooseRelease(asked, runtime(textOption(invocation, 'runsc'))), invocation);
  }

  get release(): Release {
    return this.#chosen.release;
  }

  /** YYYYMMDD. */
  get date(): string {
    return this.#chosen.date;
  }

  /** Says once that the release is assumed; to be called as soon as its rules had a say. */
  tellAssumption(): void {
    if (!this.#isToTell) return;
    this.#isToTell = false;
    this.#terminal.error(
      `note: no runsc is on PATH, so the rules of the newest release known here, ${this.date}, hold. Name another with --release or --runsc.\n`,
    );
  }
}
