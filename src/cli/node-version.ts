// Read by whatever Node somebody has: the output of this file and of main.ts has no word that Node 12 does not know.

/** Why this Node cannot run pgseq, in a line; the empty text where it can. `found`: 18.19.0. */
export function tooOld(found: string): string {
  const [major, minor] = found.split('.').map(Number) as [number, number];
  return major > 20 || (major === 20 && minor >= 19) ? '' : 'pgseq needs Node.js 20.19 or newer; this is ' + found;
}
