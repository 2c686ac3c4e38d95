/** The ways a server can ask for a proof of identity, as `require_auth` names them; `none` is no question at all. */
export type AuthMethod = 'password' | 'md5' | 'gss' | 'sspi' | 'scram-sha-256' | 'none';

const methods: readonly AuthMethod[] = ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'none'];

/**
 * The methods that `require_auth` allows, or a sentence saying what is wrong with it. As in libpq (16): a list, each at
 * most once, either all of them positive or all of them with a `!` in front.
 */
export function parseRequireAuth(text: string): ReadonlySet<AuthMethod> | string {
  const words = text.split(',');
  const negative = words.filter((word) => word.startsWith('!')).length;
  if (negative !== 0 && negative !== words.length) return 'mixes methods with and without "!"';
  const named = words.map((word) => (negative === 0 ? word : word.slice(1)));
  const unknown = named.find((word) => !(methods as readonly string[]).includes(word));
  if (unknown !== undefined) return `names the unknown method "${unknown}"; there are ${methods.join(', ')}`;
  if (new Set(named).size !== named.length) return 'names a method twice';
  return new Set(methods.filter((method) => named.includes(method) === (negative === 0)));
}
