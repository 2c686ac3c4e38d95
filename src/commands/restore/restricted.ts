import { randomBytes } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import type { ByteRange } from '../../dump/contents.ts';

const newline = 10;
const space = 32;

/**
 * A script that psql runs with all of its own commands forbidden, by \restrict with a key that its author cannot know: whatever was
 * overlooked in it is an error then. The lines at `passed`, \restrict and \connect to where it is anyway, become blank.
 */
export function restricted(script: Readable, passed: readonly ByteRange[]): Readable {
  let at = 0;
  let next = 0;
  const blanked = new Transform({
    transform(chunk: Buffer, _, done) {
      const copy = Buffer.from(chunk);
      for (let range = passed[next]; range !== undefined && range.from < at + copy.length; range = passed[next]) {
        const end = Math.min(range.to - at, copy.length);
        for (let i = Math.max(0, range.from - at); i < end; i++) if (copy[i] !== newline) copy[i] = space;
        if (range.to > at + copy.length) break;
        next++;
      }
      at += copy.length;
      done(null, copy);
    },
  });
  // On the first line itself, so that lines keep their numbers: what follows a command begins behind two backslashes
  blanked.push(`\\restrict ${randomBytes(32).toString('hex')} \\\\`);
  // Each ends the other: psql may hang up, and what unpacks the script would run on
  pipeline(script, blanked, () => undefined);
  return blanked;
}
