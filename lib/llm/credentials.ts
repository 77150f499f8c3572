import type { HeaderList } from '../effects';
import { headerValue, removeHeader, setHeader } from '../http/header-list';
import type { LlmFormat } from './format';
import type { ProviderSettings } from './provider';

const BEARER = /^bearer +/i;
const ANTHROPIC_VERSION = '2023-06-01';
/** Tokens of a person's subscription, which Anthropic takes as bearer tokens only. */
const ANTHROPIC_OAUTH = 'sk-ant-oat';
const BROWSER_FIELDS = [
  'origin',
  'access-control-request-method',
  'access-control-request-headers',
];

/** The field for a configured key. Secrets often hold the scheme as well, which is not written twice. */
export function bearer(key: string): string {
  return `Bearer ${key.trim().replace(BEARER, '')}`;
}

/**
 * Moves the credential to where the provider wants it and sets what else it demands. `explicitLocation`: the
 * configuration says where the credential goes, and there it stays.
 */
export function setProviderHeaders(
  headers: HeaderList,
  settings: ProviderSettings,
  format: LlmFormat | undefined,
  explicitLocation = false,
): void {
  if (settings.kind === 'anthropic') {
    setAnthropicCredential(headers, explicitLocation);
    removeBrowserFields(headers);
  }
  if (settings.kind === 'anthropic' || (settings.kind === 'azure' && isClaudes(format))) {
    setHeader(headers, 'anthropic-version', ANTHROPIC_VERSION);
  }
}

function isClaudes(format: LlmFormat | undefined): boolean {
  return format === 'messages' || format === 'anthropicTokenCount';
}

function setAnthropicCredential(headers: HeaderList, explicitLocation: boolean): void {
  const authorization = headerValue(headers, 'authorization');
  if (authorization === undefined || !BEARER.test(authorization)) return;
  const token = authorization.replace(BEARER, '');
  if (explicitLocation || token.startsWith(ANTHROPIC_OAUTH)) {
    return removeHeader(headers, 'x-api-key');
  }
  removeHeader(headers, 'authorization');
  setHeader(headers, 'x-api-key', token);
}

/** Anthropic refuses what looks like a browser; who may call is decided at this gateway. */
function removeBrowserFields(headers: HeaderList): void {
  for (const name of BROWSER_FIELDS) removeHeader(headers, name);
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    if (headers[i].startsWith('sec-fetch-')) headers.splice(i, 2);
  }
}
