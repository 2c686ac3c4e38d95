import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Problem } from '../problem.ts';
import { errorMessage } from '../sqlstate.ts';

/** A file, perhaps compressed as a whole. */
export interface Packed {
  /** How messages call it. */
  readonly name: string;
  readonly path: string;
  readonly compression: 'gzip' | 'zstd' | null;
}

/** The bytes of a file, decompressed. What cannot be read ends the stream with a Problem that names the file. `onRead` is told how many bytes of the file were read. */
export function readPacked({ name, path, compression }: Packed, onRead?: (bytes: number) => void): Readable {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (onRead !== undefined) file.on('data', (chunk) => onRead(chunk.length));
  return unpacked(file, name, compression);
}

/** A stream, decompressed. */
export function unpacked(stream: Readable, name: string, compression: Packed['compression']): Readable {
  const end = new PassThrough({ highWaterMark: 256 * 1024 });
  const problem = (cause: unknown): Problem =>
    new Problem(`${name}: ${explained(cause)}`, { hint: 'what was read until there is not all of it', cause });
  const settle = (error?: NodeJS.ErrnoException | null): void => {
    if (error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') end.destroy(problem(error));
  };
  if (compression === null) pipeline(stream, end, settle);
  else if (compression === 'gzip') pipeline(stream, zlib.createGunzip(), end, settle);
  else {
    const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
    if (createZstdDecompress === undefined) throughProgram(stream, end, problem);
    else pipeline(stream, createZstdDecompress(), end, settle);
  }
  return end;
}

/** Node.js knows zstd since 22.15; before, the program by that name does it. */
function throughProgram(stream: Readable, end: PassThrough, problem: (cause: unknown) => Problem): void {
  const child = spawn('zstd', ['-dcq'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  child.once('error', (cause: NodeJS.ErrnoException) =>
    end.destroy(
      cause.code === 'ENOENT'
        ? new Problem('zstd was not found, and this Node.js cannot read what it compressed', {
            hint: 'install zstd, or use Node.js 22.15 or newer',
            cause,
          })
        : problem(cause),
    ),
  );
  child.once('close', (code) =>
    code === 0 ? end.end() : end.destroy(problem(new Error(said.trim() || 'zstd failed'))),
  );
  end.once('close', () => child.kill());
  child.stdin.on('error', () => undefined); // it has hung up: why, it says
  stream.once('error', (cause) => end.destroy(problem(cause)));
  stream.pipe(child.stdin);
  child.stdout.pipe(end, { end: false });
}

function explained(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (code === 'Z_BUF_ERROR') return 'the compressed file ends too early: it was cut';
  return code.startsWith('Z_') ? `the compressed file is broken: ${errorMessage(cause)}` : errorMessage(cause);
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
