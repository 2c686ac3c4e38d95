import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Problem } from '../../problem.ts';
import { errorMessage } from '../sqlstate.ts';
import { beginsFrame, decompressFrames } from './zstd-frames.ts';

/** A file, perhaps compressed as a whole. */
export interface Packed {
  /** How messages call it. */
  readonly name: string;
  readonly path: string;
  readonly compression: 'gzip' | 'zstd' | null;
  /** The most bytes that one element of it may have; 64 MB unless given. */
  readonly mostInOne?: number | undefined;
}

/** How a file is compressed, by its first bytes. */
export function compressionOf(bytes: Buffer): Packed['compression'] {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  return beginsFrame(bytes) ? 'zstd' : null;
}

const chunkSize = 256 * 1024;

/** The bytes of a file, decompressed. What cannot be read ends the stream with a Problem that names the file. `onRead` is told how many bytes of the file were read. */
export function readPacked({ name, path, compression }: Packed, onRead?: (bytes: number) => void): Readable {
  const file = createReadStream(path, { highWaterMark: chunkSize });
  if (onRead !== undefined) file.on('data', (chunk) => onRead(chunk.length));
  return unpacked(file, name, compression);
}

/** A stream, decompressed. */
export function unpacked(stream: Readable, name: string, compression: Packed['compression']): Readable {
  const problem = (cause: unknown): Problem =>
    cause instanceof Problem
      ? cause
      : new Problem(`${name}: ${explained(cause)}`, {
          hint: 'reading stopped there, so what was read is incomplete',
          cause,
        });
  return Readable.from(explaining(decompressed(stream, compression), problem), { objectMode: false });
}

async function* explaining(stream: Readable, problem: (cause: unknown) => Problem): AsyncGenerator<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (cause) {
    throw problem(cause);
  }
}

function decompressed(stream: Readable, compression: Packed['compression']): Readable {
  if (compression === null) return stream;
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (compression === 'zstd' && createZstdDecompress !== undefined)
    return Readable.from(decompressFrames(stream, createZstdDecompress), { objectMode: false });
  if (compression === 'zstd') return Readable.from(zstdProgram(stream), { objectMode: false });
  const through = zlib.createGunzip({ chunkSize });
  pipeline(stream, through, () => undefined); // whoever reads hears what went wrong
  return through;
}

/**
 * Node.js knows zstd since 22.15; before, the program by that name does it. It is ended with whoever reads: a Duplex made of its pipes
 * left it running, and the process with it.
 */
async function* zstdProgram(stream: Readable): AsyncGenerator<Buffer> {
  const child = spawn('zstd', ['-dcq'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  let failure: unknown;
  child.on('error', (cause: NodeJS.ErrnoException) => {
    failure = cause.code === 'ENOENT' ? noZstd(cause) : cause;
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  pipeline(stream, child.stdin, (cause) => {
    // Where the program has hung up, it says why; what could not be read is told
    if (cause !== null && cause !== undefined && cause.code !== 'EPIPE' && cause.code !== 'ERR_STREAM_PREMATURE_CLOSE')
      failure ??= cause;
  });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const code = await closed;
    if (failure !== undefined) throw failure;
    if (code !== 0) throw new Error(said.trim() || 'zstd failed');
  } finally {
    stream.destroy();
    child.stdin.destroy();
    child.kill();
  }
}

function noZstd(cause: unknown): Problem {
  return new Problem('zstd was not found, and this Node.js cannot read zstd files', {
    hint: 'install zstd, or use Node.js 22.15 or newer',
    cause,
  });
}

function explained(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'Z_BUF_ERROR') return 'the compressed file is truncated';
  return /^Z(?:STD)?_/.test(code) ? `the compressed file is damaged: ${errorMessage(cause)}` : errorMessage(cause);
}

/** The beginning of a packed file: `enough` bytes, or all where it has fewer. */
export async function firstBytes(file: Packed, enough: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  const stream = readPacked(file);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      pieces.push(piece);
      size += piece.length;
      if (size >= enough) break;
    }
  } finally {
    stream.destroy();
  }
  return Buffer.concat(pieces).subarray(0, enough);
}
