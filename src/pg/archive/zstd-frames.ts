import { pipeline, Readable, type Transform } from 'node:stream';

/** What a frame is made of, in the order in which it is met. */
type Part = 'magic' | 'size' | 'skipped' | 'descriptor' | 'header' | 'block' | 'content' | 'checksum';

const magic = 0xfd2fb528;

/** Whether a file that begins so is made of frames of zstd; pzstd puts one ahead that is to be skipped. */
export function beginsFrame(bytes: Buffer): boolean {
  return bytes.length >= 4 && (bytes.readUInt32LE(0) === magic || isSkipped(bytes.readUInt32LE(0)));
}

function isSkipped(value: number): boolean {
  return value >= 0x184d2a50 && value <= 0x184d2a5f;
}

/**
 * Decompresses all frames of a file, each by a decompressor of its own: Node's reads one, passes over those behind it without a word, and
 * up to 22 takes a frame that was cut for whole. Throws an error with code Z_BUF_ERROR where the file ends within a frame.
 */
export async function* decompressFrames(
  file: AsyncIterable<Buffer>,
  decompressor: () => Transform,
): AsyncGenerator<Buffer> {
  const chunks = file[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const isOver = async (): Promise<boolean> => {
    while (rest.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return true;
      rest = next.value;
    }
    return false;
  };
  async function* frame(): AsyncGenerator<Buffer> {
    const walk = new FrameWalk();
    while (!(await isOver())) {
      const piece = rest;
      const end = walk.endIn(piece);
      rest = end === null ? Buffer.alloc(0) : piece.subarray(end);
      yield end === null ? piece : piece.subarray(0, end);
      if (end !== null) return;
    }
    throw Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR' });
  }
  try {
    while (!(await isOver())) {
      const through = decompressor();
      pipeline(Readable.from(frame()), through, () => undefined); // whoever reads hears what went wrong
      yield* through as AsyncIterable<Buffer>;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Finds the end of one frame, without reading what is compressed in it: RFC 8878, section 3.1. */
class FrameWalk {
  #part: Part = 'magic';
  /** Bytes of this part that are to come. */
  #left = 4;
  /** What came of it, as a number, the lowest byte first. */
  #value = 0;
  #place = 1;
  #isChecked = false;
  #isLast = false;

  /** Where in the next piece the frame ends; null when not in there. */
  endIn(piece: Buffer): number | null {
    let at = 0;
    while (at < piece.length) {
      const taken = Math.min(this.#left, piece.length - at);
      if (this.#isNumber)
        for (const byte of piece.subarray(at, at + taken)) {
          this.#value += byte * this.#place;
          this.#place *= 256;
        }
      at += taken;
      this.#left -= taken;
      while (this.#left === 0) {
        const next = this.#next();
        if (next === null) return at;
        [this.#part, this.#left] = next;
        [this.#value, this.#place] = [0, 1];
      }
    }
    return null;
  }

  get #isNumber(): boolean {
    return this.#part === 'magic' || this.#part === 'size' || this.#part === 'descriptor' || this.#part === 'block';
  }

  /** The part after this one, and its size; null after the last. */
  #next(): [Part, number] | null {
    const value = this.#value;
    switch (this.#part) {
      case 'magic':
        if (value === magic) return ['descriptor', 1];
        if (isSkipped(value)) return ['size', 4];
        throw new Error('non-zstd data follows the zstd data');
      case 'size':
        return ['skipped', value];
      case 'descriptor': {
        this.#isChecked = (value & 4) !== 0;
        const isSingle = (value & 32) !== 0;
        const contentSize = [isSingle ? 1 : 0, 2, 4, 8][value >> 6] ?? 0;
        return ['header', (isSingle ? 0 : 1) + ([0, 1, 2, 4][value & 3] ?? 0) + contentSize];
      }
      case 'block':
        this.#isLast = (value & 1) !== 0;
        // One byte that is repeated
        return ['content', ((value >> 1) & 3) === 1 ? 1 : value >> 3];
      case 'content':
        if (this.#isLast) return this.#isChecked ? ['checksum', 4] : null;
        return ['block', 3];
      case 'header':
        return ['block', 3];
      case 'skipped':
      case 'checksum':
        return null;
    }
  }
}
