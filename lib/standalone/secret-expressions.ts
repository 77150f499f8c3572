const SECRET = /\baddRequestHeaders\./;

/** Whether findings must not show the expression: where a credential is sent, it may be written out. */
export function isSecretExpression(path: string): boolean {
  return SECRET.test(path);
}

/** What is said in place of what is wrong, which would name parts of it. */
export const SECRET_FAULT = {
  message: 'this is no CEL expression that can work here',
  hint: 'put a fixed text into double quotes of its own, as in `\'"text"\'`, and read everything else from variables, such as `request.headers["x-tenant"]`',
} as const;
