import { github } from './github.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import { prometheus } from './prometheus.ts';
import type { CheckReporter, Reporter } from './reporter.ts';
import { text } from './text.ts';

export type { CheckReporter, Reporter, ReportOptions } from './reporter.ts';

/** The formats of every command, the default first. */
export const reporters: readonly Reporter[] = [text, json];

/** The formats of `check`, the default first. */
export const checkReporters: readonly CheckReporter[] = [...reporters, github, junit, markdown, prometheus];
