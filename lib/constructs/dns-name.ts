const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Throws unless it can name an object, a listener or a rule. */
export function checkDnsName(name: string, field: string): void {
  if (name.length <= 253 && DNS_NAME.test(name)) return;
  throw new Error(
    `${field} "${name}" must be 1 to 253 lower-case letters, digits, "-" and ".", for example "orders"`,
  );
}
