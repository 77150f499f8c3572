/** Hashes that say how they were made, and those of crypt(3), which are 13 characters long. */
const HASH = /^(\$[0-9a-z]+\$\S+|\{SHA\}[A-Za-z0-9+/]{27}=|[./A-Za-z0-9]{13})$/;

/**
 * Why nobody can log in with a line of `htpasswd`; nothing of what may be a password is in it. Empty lines and comments
 * are none.
 */
export function htpasswdLineProblem(line: string): string | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const colon = text.indexOf(':');
  if (colon < 1) return 'is not of the form `name:hash`';
  return HASH.test(text.slice(colon + 1)) ? undefined : 'has no hash behind the name';
}
