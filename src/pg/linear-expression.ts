import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

let re2: { readonly RE2JS: typeof RE2JS } | undefined;

/**
 * A regular expression whose steps grow with the length of the text alone, whatever the expression: RE2 keeps no way to go back to, and
 * takes neither back references nor looking around. Loaded when it is needed: that takes longer than a small check. Throws what is
 * wrong with the expression.
 */
export function linearExpression(source: string): (text: string) => boolean {
  re2 ??= createRequire(import.meta.url)('re2js') as { readonly RE2JS: typeof RE2JS };
  const expression = re2.RE2JS.compile(source, re2.RE2JS.DOTALL);
  return (text) => expression.matcher(text).find();
}
