/** Bytes that can be read at any offset, such as a file or a Blob. */
export interface RandomAccess {
  readonly size: number;
  /** Reads 1 to `length` bytes, or 0 at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** The minimum cost of a read, so the budget also limits the number of reads. */
const MIN_COST_BYTES = 512;

/** Reads a source within a budget. Never reads or allocates past the end or the budget. */
export class BoundedReader {
  readonly size: number;
  readonly #source: RandomAccess;
  #budget: number;

  constructor(source: RandomAccess, budgetBytes: number) {
    this.size = source.size;
    this.#source = source;
    this.#budget = budgetBytes;
  }

  /** Reads `length` bytes, or fewer at the end of the source or the budget. */
  async read(offset: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - offset, this.#budget));
    this.#budget -= Math.max(wanted, MIN_COST_BYTES);
    const buffer = Buffer.alloc(wanted);
    let filled = 0;
    while (filled < wanted) {
      const chunk = await this.#source.read(offset + filled, wanted - filled);
      if (chunk.length === 0) break;
      buffer.set(chunk, filled);
      filled += chunk.length;
    }
    return buffer.subarray(0, filled);
  }
}
