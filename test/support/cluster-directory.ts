import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { account, giveToAccount } from './account.ts';
import { root } from './root.ts';
import { clusterRoom, temporary } from './temporary.ts';

/** Says whose a directory is, so that a later run can tell a leftover from a neighbour at work. */
interface Owner {
  readonly pid: number;
  readonly checkout: string;
  /** It is the evidence of a failure. */
  readonly kept: boolean;
}

const ownerFile = 'owner.json';
const oneDay = 86_400_000;

/** A new private directory for one cluster: its data, its log and its socket. */
export function makeDirectory(major: number): string {
  const directory = mkdtempSync(join(clusterRoom, `pgseq-${major}-`));
  writeOwner(directory, false);
  giveToAccount(directory);
  return directory;
}

/** Marks a directory as evidence: it stays until the next run of this checkout, or for a day. */
export function keepDirectory(directory: string): void {
  writeOwner(directory, true);
}

/** Removes what dead runs left behind, and the evidence that this run replaces. */
export function sweepDirectories(): void {
  // An earlier run may have found less memory.
  for (const room of new Set([clusterRoom, temporary])) {
    for (const name of readdirSync(room)) {
      const directory = join(room, name);
      if (/^pgseq-\d+-/.test(name) && isLeftover(directory)) rmSync(directory, { recursive: true, force: true });
    }
  }
}

function writeOwner(directory: string, kept: boolean): void {
  const owner: Owner = { pid: process.pid, checkout: root, kept };
  writeFileSync(join(directory, ownerFile), JSON.stringify(owner));
}

function isLeftover(directory: string): boolean {
  const stat = lstatSync(directory, { throwIfNoEntry: false });
  if (stat?.isDirectory() !== true || stat.uid !== (account?.uid ?? process.getuid?.())) return false;
  const old = Date.now() - stat.mtimeMs > oneDay;
  let owner: Owner;
  try {
    owner = JSON.parse(readFileSync(join(directory, ownerFile), 'utf8')) as Owner;
  } catch {
    // Another run may be just making it.
    return old;
  }
  if (!owner.kept) return !isAlive(owner.pid);
  return (old || owner.checkout === root) && !isAlive(serverPid(directory));
}

/** Somebody may have started the server again to look at the evidence. */
function serverPid(directory: string): number {
  try {
    return Number.parseInt(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return 0;
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
