/** `1 call`, `2 calls`; `counted(n, 'is left', 'are left')` where more than the noun changes. */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 || count === 1n ? one : many}`;
}
