// Loaded before a program that is measured: says on file descriptor 3 how much memory it took at most, in KiB.
const { writeSync } = require('node:fs');
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));
