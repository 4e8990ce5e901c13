import { expect, test } from "vitest";
import { BoundedReader } from "./bounded-reader.js";
import { readRootEntries } from "./compound-file.js";

const END_OF_CHAIN = 0xfffffffe;
const NO_ENTRY = 0xffffffff;

/** A compound file that holds only the sectors written to; the others read as zeros. */
class SparseFile {
  readonly #sectorBytes: number;
  readonly #sectors = new Map<number, Buffer>();

  constructor(sectorShift: number) {
    this.#sectorBytes = 2 ** sectorShift;
    const header = this.sector(-1);
    header.write("d0cf11e0a1b11ae1", "hex");
    header.writeUInt16LE(sectorShift, 30);
  }

  sector(number: number): Buffer {
    const sector = this.#sectors.get(number) ?? Buffer.alloc(this.#sectorBytes);
    this.#sectors.set(number, sector);
    return sector;
  }

  writeNumber(sector: number, index: number, value: number): void {
    this.sector(sector).writeUInt32LE(value, 4 * index);
  }

  /** Writes the directory entry at an index in a directory sector. */
  writeEntry(sector: number, index: number, name: string, left = NO_ENTRY, right = NO_ENTRY, child = NO_ENTRY): void {
    const entry = this.sector(sector).subarray(128 * index, 128 * index + 128);
    entry.write(name, "utf16le");
    entry.writeUInt32LE(left, 68);
    entry.writeUInt32LE(right, 72);
    entry.writeUInt32LE(child, 76);
  }

  async names(size: number): Promise<string[] | undefined> {
    const read = async (offset: number, length: number) => {
      const number = Math.floor(offset / this.#sectorBytes) - 1;
      const at = offset - (number + 1) * this.#sectorBytes;
      return (this.#sectors.get(number) ?? Buffer.alloc(this.#sectorBytes)).subarray(at, at + length);
    };
    const entries = await readRootEntries(new BoundedReader({ size, read }, 1024 * 1024));
    return entries?.map(({ name }) => name).sort();
  }
}

/** The FAT sector that covers the sectors of the directory. */
const FAT_SECTOR = 4;

/** Writes a directory of two sectors, `at` and the next. */
function withDirectory(file: SparseFile, at: number, numbersPerSector: number): void {
  file.writeNumber(-1, 12, at);
  file.writeNumber(FAT_SECTOR, at % numbersPerSector, at + 1);
  file.writeNumber(FAT_SECTOR, (at % numbersPerSector) + 1, END_OF_CHAIN);
  const perSector = numbersPerSector / 32;
  file.writeEntry(at, 0, "Root Entry", NO_ENTRY, NO_ENTRY, 1);
  file.writeEntry(at, 1, "b", 2, perSector);
  file.writeEntry(at, 2, "a", NO_ENTRY, NO_ENTRY, 3);
  file.writeEntry(at, 3, "in a storage");
  file.writeEntry(at + 1, 0, "c");
}

test.each([
  [9, 128],
  [12, 1024],
])("follows directory sectors of 2^%d bytes, and reads only the root's entries", async (shift, numbers) => {
  const file = new SparseFile(shift);
  file.writeNumber(-1, 19, FAT_SECTOR);
  withDirectory(file, 5, numbers);
  expect(await file.names(2 ** shift * 10)).toEqual(["a", "b", "c"]);
});

test.each([
  ["the last FAT sector in the header", 108],
  ["the first FAT sector in the first DIFAT sector", 109],
  ["the last FAT sector in the first DIFAT sector", 109 + 126],
  ["the first FAT sector in the second DIFAT sector", 109 + 127],
])("finds a directory through %s", async (_what, fatIndex) => {
  const file = new SparseFile(9);
  const [difat1, difat2] = [7, 9];
  file.writeNumber(-1, 17, difat1);
  file.writeNumber(difat1, 127, difat2);
  if (fatIndex < 109) file.writeNumber(-1, 19 + fatIndex, FAT_SECTOR);
  else if (fatIndex < 109 + 127) file.writeNumber(difat1, fatIndex - 109, FAT_SECTOR);
  else file.writeNumber(difat2, fatIndex - 109 - 127, FAT_SECTOR);
  withDirectory(file, fatIndex * 128 + 5, 128);
  expect(await file.names(2 ** 24)).toEqual(["a", "b", "c"]);
});

test("returns the entries before the end of a truncated file", async () => {
  const file = new SparseFile(9);
  file.writeNumber(-1, 19, FAT_SECTOR);
  withDirectory(file, 5, 128);
  expect(await file.names(512 * 7)).toEqual(["a", "b"]);
  expect(await file.names(512 * 6)).toBeUndefined();
});

test("terminates on a cyclic directory or tree", async () => {
  const file = new SparseFile(9);
  file.writeNumber(-1, 19, FAT_SECTOR);
  withDirectory(file, 5, 128);
  file.writeNumber(FAT_SECTOR, 6, 5);
  file.writeEntry(6, 0, "c", 1, 0);
  expect(await file.names(2 ** 16)).toEqual(["Root Entry", "a", "b", "c"]);
});

test.each([0, 8, NO_ENTRY])("returns all entries if the root's child, %d, is not an entry", async (child) => {
  const file = new SparseFile(9);
  file.writeNumber(-1, 19, FAT_SECTOR);
  withDirectory(file, 5, 128);
  file.writeEntry(5, 0, "Root Entry", NO_ENTRY, NO_ENTRY, child);
  expect(await file.names(512 * 10)).toEqual(["", "", "", "Root Entry", "a", "b", "c", "in a storage"]);
});

test("terminates on a cyclic DIFAT", async () => {
  const file = new SparseFile(9);
  file.writeNumber(-1, 12, 0x7fffffff);
  file.writeNumber(-1, 17, 7);
  file.writeNumber(7, 127, 7);
  expect(await file.names(Number.MAX_SAFE_INTEGER)).toEqual(["", "", "", ""]);
});
