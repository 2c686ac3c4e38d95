#!/usr/bin/env node
import { tooOld } from './node-version.ts';

// All else is loaded behind this: an older Node stumbles over its words before it runs any of them
const mistake = tooOld(process.versions.node);
if (mistake === '') void import('./start.ts');
else {
  process.stderr.write('pgseq: ' + mistake + '\n');
  process.exitCode = 2;
}
