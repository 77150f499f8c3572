/** Bundled as jose is (`jose.ts`); it is evaluated when the first password comes. */
type Bcrypt = typeof import('bcryptjs', { with: { 'resolution-mode': 'import' }});

/** Compares passwords with hashes of bcrypt, a slice at a time, so that other requests run in between. */
export async function loadBcryptCompare(): Promise<Bcrypt['compare']> {
  const { compare } = await import('bcryptjs');
  return compare;
}
