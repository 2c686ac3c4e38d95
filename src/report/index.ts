import { json } from './json.ts';
import type { Reporter } from './reporter.ts';
import { text } from './text.ts';

export type { Reporter, ReportOptions } from './reporter.ts';

/** Every format, the default first. */
export const reporters: readonly Reporter[] = [text, json];
