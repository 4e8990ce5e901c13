import type { BoundedReader } from "./bounded-reader.js";

/** [MS-CFB], 2.2 to 2.6: the header, the FAT and the directory. */
const HEADER_BYTES = 512;
const HEADER_FAT_SECTORS = 109;
const END_OF_CHAIN = 0xfffffffe;
const ENTRY_BYTES = 128;

/** About a thousand entries. A workbook's own entries are among the first. */
const DIRECTORY_MAX_BYTES = 128 * 1024;

/** A stream or storage in a compound file's root storage. */
export interface RootEntry {
  readonly name: string;
  readonly bytes: number;
}

/** Reads the directory, as far as its chain of sectors can be followed. */
async function readDirectory(reader: BoundedReader): Promise<Buffer> {
  const header = await reader.read(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return Buffer.alloc(0);
  const sectorBytes = 2 ** header.readUInt16LE(30);
  if (sectorBytes !== 512 && sectorBytes !== 4096) return Buffer.alloc(0);
  const numbersPerSector = sectorBytes / 4;

  async function readNumber(sector: number, index: number): Promise<number> {
    const bytes = await reader.read((sector + 1) * sectorBytes + 4 * index, 4);
    return bytes.length === 4 ? bytes.readUInt32LE() : END_OF_CHAIN;
  }

  /** The header lists the FAT's first sectors, and a chain of sectors (the DIFAT) lists the rest. */
  async function fatSector(index: number): Promise<number> {
    if (index < HEADER_FAT_SECTORS) return header.readUInt32LE(76 + 4 * index);
    let sector = header.readUInt32LE(68);
    let rest = index - HEADER_FAT_SECTORS;
    for (; rest >= numbersPerSector - 1 && sector !== END_OF_CHAIN; rest -= numbersPerSector - 1) {
      sector = await readNumber(sector, numbersPerSector - 1);
    }
    return readNumber(sector, rest);
  }

  const sectors: Buffer[] = [];
  let sector = header.readUInt32LE(48);
  while ((sector + 1) * sectorBytes < reader.size && sectors.length * sectorBytes < DIRECTORY_MAX_BYTES) {
    sectors.push(await reader.read((sector + 1) * sectorBytes, sectorBytes));
    sector = await readNumber(await fatSector(Math.floor(sector / numbersPerSector)), sector % numbersPerSector);
  }
  return Buffer.concat(sectors);
}

/** Lists the root storage, without embedded documents. Returns undefined if there is no directory. */
export async function readRootEntries(reader: BoundedReader): Promise<RootEntry[] | undefined> {
  const directory = await readDirectory(reader);
  const count = Math.floor(directory.length / ENTRY_BYTES);
  if (count === 0) return undefined;
  const entries: RootEntry[] = [];
  // A storage's entries form a binary tree. The first entry is the root storage; if it has no tree, all entries count.
  const child = directory.readUInt32LE(76);
  const pending = child > 0 && child < count ? [child] : [...Array(count).keys()];
  const seen = new Set<number>();
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id >= count || seen.has(id)) continue;
    seen.add(id);
    const at = id * ENTRY_BYTES;
    const [name = ""] = directory.toString("utf16le", at, at + 64).split("\0", 1);
    entries.push({ name, bytes: directory.readUInt32LE(at + 120) });
    pending.push(directory.readUInt32LE(at + 68), directory.readUInt32LE(at + 72));
  }
  return entries;
}
