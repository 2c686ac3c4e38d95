import { spawnSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { asAccount } from './account.ts';

/**
 * Where copies of programs go. A socket's path must stay below 104 bytes, and root's TMPDIR may be closed to the account
 * that runs the servers; /tmp stands in for such a one.
 */
export const temporary: string = suits(tmpdir()) ? tmpdir() : '/tmp';

/**
 * Where the clusters' directories go: to memory where Linux offers enough of it, unless TMPDIR says where. Creating a
 * database took 8 ms there, and 166 ms on a disk that discards what is deleted; a run creates thousands.
 */
export const clusterRoom: string = process.env['TMPDIR'] === undefined && hasRoom('/dev/shm') ? '/dev/shm' : temporary;

function suits(directory: string): boolean {
  if (Buffer.byteLength(directory) > 70) return false;
  return spawnSync('test', ['-x', directory], { ...asAccount, cwd: '/' }).status === 0;
}

/** Six servers and what their tests do need less than one GB; containers often offer 64 MB. */
function hasRoom(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const { bavail, bsize } = statfsSync(directory);
  return Math.min(bavail * bsize, freemem()) > 4 * 2 ** 30;
}
