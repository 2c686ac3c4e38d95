import { Problem } from '../../problem.ts';

/** Reads a duration with its unit, as PostgreSQL writes them (`300ms`, `5s`, `2min`, `5m`, `1h`), into milliseconds. */
export function readDuration(text: string, option: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 }[unit ?? ''];
  if (amount === undefined || factor === undefined)
    throw new Problem(`${option} ${text}: not a duration`, {
      hint: `write a number with its unit: ${option} 300ms, ${option} 5s, ${option} 2m`,
    });
  return inRange(Math.round(Number(amount) * factor), option, text);
}

function inRange(milliseconds: number, option: string, text: string): number {
  if (milliseconds > 2_147_483_647) throw new Problem(`${option} ${text}: PostgreSQL allows at most 24 days`);
  return milliseconds;
}

/** Reads a percentage, with or without its sign: `80%`. */
export function readPercent(text: string, option: string): number {
  const [, amount] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  const percent = Number(amount);
  if (amount === undefined || percent > 100) throw new Problem(`${option} ${text}: not a percentage from 0% to 100%`);
  return percent;
}

/** Reads a whole number. */
export function readInteger(text: string, option: string, least: bigint | null = null): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new Problem(`${option} ${text}: not a whole number`);
  const value = BigInt(text.replace(/^\+/, ''));
  if (least !== null && value < least) throw new Problem(`${option} ${text}: less than ${least}`);
  return value;
}
