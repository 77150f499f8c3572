/**
 * Query parameters in which clients send credentials wherever a configuration looks for them, without case and
 * punctuation.
 */
const PARAMETERS: ReadonlySet<string> = new Set([
  // RFC 6750 §2.3, RFC 6749 and its extensions RFC 7521, 7523 and 8693, OpenID Connect
  ...['accesstoken', 'refreshtoken', 'idtoken', 'idtokenhint', 'subjecttoken', 'actortoken'],
  ...['clientsecret', 'clientassertion', 'assertion', 'codeverifier', 'samlresponse'],
  // Providers of models and other services
  ...['key', 'apikey', 'xapikey', 'xgoogapikey', 'subscriptionkey', 'accesskey', 'secretkey'],
  ...['token', 'authtoken', 'bearertoken', 'sessiontoken', 'securitytoken', 'jwt', 'bearer'],
  ...['auth', 'authorization', 'secret', 'password', 'passwd', 'pwd', 'passphrase'],
  // URLs that are signed: whoever has one may use it
  ...['sig', 'signature', 'xamzsignature', 'xamzsecuritytoken', 'xgoogsignature'],
]);

export function isUsualCredential(parameter: string): boolean {
  return PARAMETERS.has(parameter.toLowerCase().replace(/[-_.]/g, ''));
}

/**
 * `eyJhbGciOi….eyJzdWIiOi….sig`: what begins as `{"` does in Base64 and goes on behind two dots or more. It begins no
 * word in the middle, so that a text is read once.
 */
const TOKEN = /(?:(?<![\w-])|(?<=%[\dA-Fa-f]{2}))eyJ[\w-]{8,}(?:(?:\.|%2[Ee])[\w-]*){2,}/g;

/** A text without the JSON Web Tokens in it. */
export function withoutTokens(text: string): string {
  return text.includes('eyJ') ? text.replace(TOKEN, 'redacted') : text;
}
