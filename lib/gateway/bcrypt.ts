import type { compare } from 'bcryptjs' with { 'resolution-mode': 'import' };

/**
 * Compares passwords with hashes of bcrypt, a slice at a time, so that other requests run in between. Bundled as jose is
 * (`jose.ts`), and evaluated when the first password comes.
 */
export async function loadBcryptCompare(): Promise<typeof compare> {
  return (await import('bcryptjs')).compare;
}
