import type { FixReport } from './report.ts';

/** A table that was loaded. */
export interface LoadedTable {
  readonly name: string;
  /** Null where nobody counted. */
  readonly rows: bigint | null;
  /** Rows that were left out: there was one with their key. */
  readonly skipped?: bigint | undefined;
  /** Rows that did not fit, and were put aside. */
  readonly rejected?: bigint | undefined;
}

/** A table whose rows were to come, and are not there, or not all. */
export interface UnloadedTable {
  readonly name: string;
  /** `missing`: there is no such table. `failed`: its rows did not come, or not all. `unknown`: nobody can tell. */
  readonly state: 'missing' | 'failed' | 'unknown';
  /** Rows that did come; null where nobody counted. */
  readonly rows: bigint | null;
  /** Rows that were to come; null where the archive does not say. */
  readonly expected: bigint | null;
  readonly reason: string;
}

/** What a load came to: of `run`, `restore` and `import`. */
export interface LoadReport {
  /** What was loaded, in the order of loading; empty where only the program that was run knows. */
  readonly tables: readonly LoadedTable[];
  /** Of `restore`: what it was to load, and did not. */
  readonly notLoaded?: readonly UnloadedTable[] | undefined;
  /** Nothing was changed: the report tells what would have been. */
  readonly dryRun?: true | undefined;
  /** What was known beforehand to leave sequences behind, or to be lost. */
  readonly warnings: readonly string[];
  /** What went wrong while loading and did not stop it. */
  readonly errors: readonly string[];
  /** How the program that was run ended: its code, or 128 and the number of the signal. Null where none was run. */
  readonly exitCode: number | null;
  /** Sequences that stood further before; what `fix` tells of them includes that they were moved there again. */
  readonly rewound: readonly Rewind[];
  readonly fix: FixReport;
}

/** A sequence that a load had left below where it stood before. */
export interface Rewind {
  readonly name: string;
  /** Its next value before the load, and after it. */
  readonly from: bigint;
  readonly to: bigint;
}
