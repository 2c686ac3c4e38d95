import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { compressionOf, firstBytes, readPacked } from '../../../src/pg/archive/bytes.ts';
import { decompressFrames } from '../../../src/pg/archive/zstd-frames.ts';
import { amount } from '../../support/proof.ts';

// Runs on every Node: zstd is part of it from 22 on.
// A file of zstd may have many frames, and may be cut between any two bytes. Whether Node decompresses it or the program zstd, half of a
// dump is never taken for all of it.

const zstd = (input: string | Buffer, ...options: readonly string[]): Buffer =>
  execFileSync('zstd', ['-cq', ...options], { input });

const lines = Array.from({ length: amount(2000, 20_000) }, (_, n) => `${n} ${(n * 7919) % 10_007}\n`).join('');
/** As pzstd puts it ahead of every frame. */
const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
const frames: readonly (readonly [string | Buffer, Buffer])[] = [
  [lines, zstd(lines)],
  ['', skipped],
  ['a', zstd('a', '--no-check')],
  ['', zstd('')],
  [Buffer.alloc(300_000), zstd(Buffer.alloc(300_000), '-19', '--stream-size=300000')],
  [lines, zstd(lines, '--fast', '-B4096')],
];
const plain = Buffer.concat(frames.map(([text]) => Buffer.from(text)));
const packed = Buffer.concat(frames.map(([, bytes]) => bytes));

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function unpacked(t: TestContext, bytes: Buffer): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'pgseq-zstd-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'x');
  writeFileSync(path, bytes);
  return await whole(readPacked({ name: 'x', path, compression: 'zstd' }));
}

test('all frames of a file are read', async (t) => {
  assert.equal(compressionOf(packed), 'zstd');
  assert.equal(compressionOf(skipped), 'zstd');
  assert.deepEqual(await unpacked(t, packed), plain);
});

test('a file that is cut, and one that goes on with something else', async (t) => {
  const first = frames[0]?.[1].length ?? 0;
  for (const length of [first - 1, first - 5, first >> 1, first + 3, first + 10, packed.length - 1])
    await assert.rejects(unpacked(t, packed.subarray(0, length)), /^Problem: x: |x: /, String(length));
  await assert.rejects(unpacked(t, Buffer.concat([packed, Buffer.from('garbage')])));
  const broken = Buffer.from(packed);
  broken.writeUInt8(broken.readUInt8(first - 1) ^ 1, first - 1); // its checksum
  await assert.rejects(unpacked(t, broken));
});

test('a frame ends where the next begins, whatever the pieces', async () => {
  for (const size of [1, 7, 64, packed.length]) {
    const begun: PassThrough[] = [];
    async function* pieces(): AsyncGenerator<Buffer> {
      for (let at = 0; at < packed.length; at += size) yield packed.subarray(at, at + size);
    }
    const through = (): PassThrough => {
      const one = new PassThrough();
      begun.push(one);
      return one;
    };
    assert.deepEqual(await whole(decompressFrames(pieces(), through)), packed);
    assert.equal(begun.length, frames.length, String(size));
  }
});

test('who has seen enough of a compressed file leaves no program behind, nor does one that was cut', async () => {
  const packed = zstd(Buffer.alloc(amount(6_000_000, 30_000_000), 'pgseq '), '--fast');
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-zstd-'));
  try {
    const path = join(directory, 'x');
    for (const bytes of [packed, packed.subarray(0, packed.length - 5), packed.subarray(0, 20)]) {
      writeFileSync(path, bytes);
      await firstBytes({ name: 'x', path, compression: 'zstd' }, 10).catch(() => null);
      await whole(readPacked({ name: 'x', path, compression: 'zstd' })).catch(() => null);
    }
    for (let i = 0; i < 6000 && process.getActiveResourcesInfo().includes('ProcessWrap'); i++) await sleep(20);
    assert.ok(!process.getActiveResourcesInfo().includes('ProcessWrap'), 'the program zstd is still there');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
