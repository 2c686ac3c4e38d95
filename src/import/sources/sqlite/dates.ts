/**
 * What integers in a column of dates count. Prisma stores milliseconds since 1970, Drizzle seconds or milliseconds as told, and
 * neither says so in the file. `unclear` where both would make sense: `why` says it.
 */
export type DateUnit = 'seconds' | 'milliseconds' | 'unclear';

/** The end of the year 9999, in seconds: nobody stores later dates, but some store this very one for "never". */
const lastSecond = 253_402_300_799n;
/** The end of 2199 in seconds; as milliseconds, in March 1970. */
const farSecond = 7_258_118_399n;
/** The beginning of 1980 in seconds; as milliseconds, in the first days of 1970. */
const recentSecond = 315_532_800n;

/**
 * Tells the unit by the smallest and the largest integer of the column (null: it has none), where it can be told for sure:
 * a value that would be after the year 9999 in seconds means milliseconds; seconds it is where everything is before 2200 (but for
 * the last day of 9999) and something after 1980, while as milliseconds all of it would fall into the first weeks of 1970.
 */
export function dateUnit(smallest: bigint | null, largest: bigint | null, largestButLast: bigint | null): DateUnit {
  if (smallest === null || largest === null) return 'seconds';
  if (smallest === 0n && largest === 0n) return 'seconds';
  const reach = largest > -smallest ? largest : -smallest;
  if (reach > lastSecond) return reach > lastSecond * 1000n + 999n ? 'unclear' : 'milliseconds';
  const near = largestButLast ?? 0n;
  return -smallest <= farSecond && near <= farSecond && near >= recentSecond ? 'seconds' : 'unclear';
}

/** The last day of 9999 in seconds. */
export const never = [253_402_214_400n, lastSecond] as const;

/** The years 1 to 9999, in seconds: what SQLite writes for others PostgreSQL would read as something else. */
const years = [-62_135_596_800n, lastSecond] as const;

/** An integer as a date and a time of UTC that PostgreSQL reads; something that it refuses where there is none. */
export function dateSql(column: string, unit: DateUnit): string {
  const refused = `'(' || ${column} || ': seconds or milliseconds since 1970?)'`;
  if (unit === 'unclear') return refused;
  const perSecond = unit === 'seconds' ? 1n : 1000n;
  const within = `${column} between ${years[0] * perSecond} and ${years[1] * perSecond + perSecond - 1n}`;
  const written = (seconds: string): string => `strftime('%Y-%m-%d %H:%M:%S', ${seconds}, 'unixepoch')`;
  if (unit === 'seconds') return `case when ${within} then ${written(column)} else ${refused} end`;
  const below = `((${column} % 1000 + 1000) % 1000)`; // the remainder of what is before 1970 is below zero
  const exact = `${written(`(${column} - ${below}) / 1000`)} || printf('.%03d', ${below})`;
  return `case when ${within} then ${exact} else ${refused} end`;
}
