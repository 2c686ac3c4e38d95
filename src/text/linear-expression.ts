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
  const expression = compiled(re2.RE2JS, source);
  return (text) => expression.matcher(text).find();
}

function compiled(re2js: typeof RE2JS, source: string): RE2JS {
  try {
    return re2js.compile(source, re2js.DOTALL);
  } catch (cause) {
    // `error parsing regexp: missing closing ): …`, and then the whole expression, which nobody typed so
    const [, why] = /^error parsing regexp: (.*?)(?:: `.*)?$/s.exec((cause as Error).message) ?? [];
    throw new Error(why ?? (cause as Error).message, { cause });
  }
}
