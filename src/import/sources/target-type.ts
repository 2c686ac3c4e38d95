/** What a value has to become, as far as sources of other databases treat types differently. */
export type TargetKind = 'bytea' | 'bit' | 'boolean' | 'uuid' | 'timestamptz' | 'timestamp' | 'date' | 'time' | 'other';

const kinds: Readonly<Record<string, TargetKind>> = {
  bytea: 'bytea',
  bit: 'bit',
  'bit varying': 'bit',
  boolean: 'boolean',
  uuid: 'uuid',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  date: 'date',
  'time without time zone': 'time',
  'time with time zone': 'time',
};

/** The kind of a type as format_type writes it: with or without its modifier (`timestamp(3) with time zone`). */
export function targetKind(type: string): TargetKind {
  return kinds[type.replace(/\(\d+(?:,-?\d+)?\)/, '')] ?? 'other';
}
