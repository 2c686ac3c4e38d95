import { readFileSync } from 'node:fs';

/** proc(5): ticks are of 1/100 s on every Linux that Node runs on. */
const ticksPerSecond = 100;

/**
 * Seconds of CPU that this process and its ended children, and theirs, have used. Elsewhere than on Linux nobody tells of children: this
 * process alone.
 */
export function cpuSeconds() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The name of the program stands in parentheses and may hold anything
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}
