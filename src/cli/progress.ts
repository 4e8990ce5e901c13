import type { Output } from "./output.js";

/** The minimum time in milliseconds between redraws on a terminal, and between lines elsewhere. */
const REDRAW_MS = 100;
const LINE_MS = 10_000;
const BAR_WIDTH = 20;

function perSecond(rate: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, rate)) / 3));
  return `${(rate / 1000 ** power).toFixed(power && 1)} ${["B", "kB", "MB", "GB", "TB"][power]}/s`;
}

function duration(seconds: number): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(Math.floor(seconds % 60))}`;
}

/**
 * Shows the progress of one or several uploads: on a terminal as a line that is redrawn, elsewhere as a plain line
 * every ten seconds. Uses no colours, and no control character except the carriage return.
 */
export class ProgressDisplay {
  readonly #output: Output;
  readonly #sizes: number[];
  /** The bytes sent in each file's current attempt. */
  readonly #bytes: number[];
  readonly #startedAt = performance.now();
  #totalBytes: number;
  /** The bytes sent, without failed attempts. */
  #sentBytes = 0;
  /** The bytes still to send for unfinished files. */
  #remainingBytes: number;
  /** All bytes sent, including failed attempts. */
  #movedBytes = 0;
  #ended = 0;
  #stored = 0;
  #shownAt: number;

  /** @param sizes - The size of each file in bytes; 0 if it is not known yet. */
  constructor(output: Output, sizes: readonly number[]) {
    this.#output = output;
    this.#sizes = [...sizes];
    this.#bytes = sizes.map(() => 0);
    this.#totalBytes = sizes.reduce((one, other) => one + other, 0);
    this.#remainingBytes = this.#totalBytes;
    this.#shownAt = output.isTerminal ? Number.NEGATIVE_INFINITY : this.#startedAt;
  }

  /**
   * Sets the bytes sent in a file's current attempt.
   *
   * @param total - The size of the file, known at last if it was not.
   */
  update(file: number, bytes: number, total = this.#sizes[file] as number): void {
    const grown = total - (this.#sizes[file] as number);
    this.#sizes[file] = total;
    this.#totalBytes += grown;
    this.#remainingBytes += grown;
    const moved = bytes - (this.#bytes[file] as number);
    this.#bytes[file] = bytes;
    this.#sentBytes += moved;
    this.#remainingBytes -= moved;
    this.#movedBytes += Math.max(0, moved);
    const now = performance.now();
    if (now - this.#shownAt < (this.#output.isTerminal ? REDRAW_MS : LINE_MS)) return;
    this.#shownAt = now;
    if (this.#output.isTerminal) this.#output.drawStatus(this.#line());
    else this.#output.message(this.#line());
  }

  /** Marks a file as finished, whether or not it was stored. */
  end(file: number, stored: boolean): void {
    const bytes = this.#bytes[file] as number;
    this.#remainingBytes -= (this.#sizes[file] as number) - bytes;
    this.#ended++;
    if (stored) this.#stored++;
    else this.#sentBytes -= bytes;
    // Prints nothing for a failure before the first byte.
    if (!this.#output.isTerminal || !(stored || this.#output.hasStatus)) return;
    this.#output.drawStatus(this.#line());
    if (this.#ended === this.#sizes.length) this.#output.endStatus();
  }

  #line(): string {
    const files = this.#sizes.length;
    const part = this.#sentBytes / Math.max(1, this.#totalBytes);
    // 100 % is only shown once the storage has all files.
    const percent = this.#stored === files ? 100 : Math.min(99, Math.floor(part * 100));
    const bar = "#".repeat(Math.floor((percent / 100) * BAR_WIDTH)).padEnd(BAR_WIDTH, ".");
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = this.#movedBytes / Math.max(seconds, 0.001);
    const done = this.#ended === files;
    return [
      ...(files > 1 ? [`${this.#stored} of ${files} files`] : []),
      `[${bar}] ${String(percent).padStart(3)} %`,
      perSecond(rate),
      done
        ? `in ${duration(seconds)}`
        : this.#movedBytes > 0
          ? `${duration(Math.max(0, this.#remainingBytes) / rate)} left`
          : "",
    ]
      .join("  ")
      .trimEnd();
  }
}
