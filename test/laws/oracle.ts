import type { Database } from '../support/database.ts';

/**
 * What pgseq says of a sequence, told by other means: real values are drawn from it and looked for in the columns that it is
 * said to feed. Shares no code with pgseq. Uses the sequence up: take it back, or throw it away, afterwards.
 */
export interface Claim {
  readonly name: string;
  readonly state: string;
  readonly columns: readonly {
    readonly schema: string;
    readonly table: string;
    readonly column: string;
    readonly dataType: string;
  }[];
  readonly collision: { readonly value: string; readonly after: string } | null;
  readonly target: string | null;
  readonly increment: string;
  readonly max: string;
  readonly min: string;
  readonly next: string | null;
}

/** How many values are drawn for real; what lies further ahead is computed from the last one drawn. */
const draws = 250;

/** The ids that a drawn value stands for, as a link says it. */
export type Block = 'single' | 'below' | 'above';

/** What is wrong with a claim, in words; null when drawing agrees with it. */
export async function disprove(db: Database, claim: Claim, block: Block): Promise<string | null> {
  const numeric = claim.columns.filter(
    ({ dataType }) => /^(smallint|integer|bigint|numeric|real|double)/.test(dataType) || /\./.test(dataType),
  );
  const stored = new Set<bigint>();
  let isEmpty = true;
  for (const { schema, table, column } of numeric) {
    const kind = await db.query(
      `select relkind from pg_class where oid = ${literal(`${quote(schema)}.${quote(table)}`)}::regclass`,
    );
    if (kind[0]?.[0] === 'v' || kind[0]?.[0] === 'f') continue;
    const only = kind[0]?.[0] === 'r' ? 'only' : '';
    const rows = await db.query(
      `select ${quote(column)}::text from ${only} ${quote(schema)}.${quote(table)} where ${quote(column)} is not null`,
    );
    // A fraction is there, and never in the way; NaN and infinity are no ids at all
    if (rows.some(([value]) => /^-?\d+(\.\d+)?$/.test(value ?? ''))) isEmpty = false;
    for (const [value] of rows)
      if (/^-?\d+(\.0+)?$/.test(value ?? '')) stored.add(BigInt((value ?? '').replace(/\.0+$/, '')));
  }
  const { drawn, ended } = await draw(db, claim.name, claim.state === 'exhausted' ? 1 : draws);
  const [first] = drawn;
  if (first === undefined)
    return claim.state === 'exhausted' ? null : `nextval raises, but it is said to be ${claim.state}`;
  if (claim.next !== first.toString()) return `nextval gave ${first}, not ${claim.next}`;
  const fits = await storable(db, claim, first);
  if (claim.state === 'exhausted') return fits ? `${first} can be drawn and stored` : null;
  if (!fits) return `${first} cannot be stored, but it is said to be ${claim.state}`;
  if (isEmpty) return claim.state === 'empty' ? null : `nothing is stored, but it is said to be ${claim.state}`;

  const step = BigInt(claim.increment);
  const size = step < 0n ? -step : step;
  const ids = (value: bigint): bigint[] => {
    if (block === 'single') return [value];
    const away = block === 'below' ? (step < 0n ? 1n : -1n) : step < 0n ? -1n : 1n;
    return Array.from({ length: Number(size) }, (_, i) => value + away * BigInt(i));
  };
  const hits = drawn.flatMap((value, calls) => ids(value).flatMap((id) => (stored.has(id) ? [{ id, calls }] : [])));
  const last = drawn.at(-1) as bigint;
  for (const id of stored) {
    const ahead = (id - last) / (step === 0n ? 1n : step);
    const isOn = block === 'single' ? ahead > 0n && last + ahead * step === id : ahead > 1n;
    const isIn = id <= BigInt(claim.max) && id >= BigInt(claim.min);
    if (!ended && isOn && isIn && (await storable(db, claim, id)))
      hits.push({ id, calls: drawn.length - 1 + Number(ahead) });
  }
  if (hits.length === 0)
    return claim.state === 'ok' ? null : `no drawn value is taken, but it is said to be ${claim.state}`;
  if (claim.state !== 'behind') return `${hits[0]?.id} is taken, but it is said to be ${claim.state}`;
  const nearest = Math.min(...hits.map(({ calls }) => calls));
  if (claim.collision?.after !== nearest.toString()) return `${nearest} calls succeed, not ${claim.collision?.after}`;
  const taken = hits.filter(({ calls }) => calls === nearest).map(({ id }) => id.toString());
  return taken.includes(claim.collision.value)
    ? null
    : `it runs into ${taken.join(', ')}, not ${claim.collision.value}`;
}

/** Draws real values, all in one statement; `ended`: there are no more. A sequence that ends on the way is taken back, and drawn value by value. */
async function draw(db: Database, sequence: string, count: number): Promise<{ drawn: bigint[]; ended: boolean }> {
  const name = literal(sequence);
  const isEnd = (error: unknown): null => {
    if (/reached m(ax|in)imum value/.test(String(error))) return null;
    throw error;
  };
  const [[begun, isCalled] = []] = await db.query(`select last_value, is_called from ${sequence}`);
  const all = await db.query(`select nextval(${name}) from generate_series(1, ${count})`).catch(isEnd);
  if (all !== null) return { drawn: all.map(([value]) => BigInt(value ?? '')), ended: false };
  await db.query(`select setval(${name}, ${begun}, ${isCalled === 't'})`);
  const drawn: bigint[] = [];
  while (drawn.length < count) {
    const rows = await db.query(`select nextval(${name})`).catch(isEnd);
    if (rows === null) return { drawn, ended: true };
    drawn.push(BigInt(rows[0]?.[0] ?? ''));
  }
  return { drawn, ended: false };
}

/** Whether every column that stores the value takes it: PostgreSQL casts it, as an insert would, and it must come back the same. */
async function storable(db: Database, { columns }: Claim, value: bigint): Promise<boolean> {
  for (const { dataType } of columns) {
    if (!/^(smallint|integer|bigint|numeric|real|double|n\.|public\.)/.test(dataType)) continue;
    const back = await db
      .query(`select (${literal(value.toString())}::${dataType})::numeric = ${value}::numeric`)
      .catch(() => [['f']]);
    if (back[0]?.[0] !== 't') return false;
  }
  return true;
}

function quote(name: string): string {
  return `"${name.split('"').join('""')}"`;
}

function literal(text: string): string {
  return `'${text.split("'").join("''")}'`;
}
