/** Throws unless it is a TCP port. */
export function checkPort(port: number, field: string): void {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return;
  throw new Error(`${field} must be a whole number from 1 to 65535, got ${port}`);
}
