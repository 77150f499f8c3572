import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../lib/gateway/redact';
import { normalizeStandalone } from '../../lib/standalone/normalize';

const { document } = normalizeStandalone({
  binds: [{ port: 8080, listeners: [{ routes: [] }] }],
});
const redact = redactor(document!);

const TOKEN = ['{"alg":"none"}', '{"sub":"alice"}', 'no signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

describe('the target of a request in a log, though no policy reads credentials from its query', () => {
  it.each([
    ['/v1/models?access_token=x&a=b', '/v1/models?access_token=redacted&a=b'],
    ['/?api_key=x&API-Key=y&apikey=z', '/?api_key=redacted&API-Key=redacted&apikey=redacted'],
    ['/v1beta/models?key=x', '/v1beta/models?key=redacted'],
    ['/?access%5Ftoken=x', '/?access%5Ftoken=redacted'],
    ['/blob?sv=2024&sig=x', '/blob?sv=2024&sig=redacted'],
    ['/?a=1&&token', '/?a=1&&token=redacted'],
    [`/?t=${TOKEN}&a=b`, '/?t=redacted&a=b'],
    [`/?t=${TOKEN.replaceAll('.', '%2E')}`, '/?t=redacted'],
    [`/?t=Bearer%20${TOKEN}`, '/?t=Bearer%20redacted'],
    [`/callback/${TOKEN}/x`, '/callback/redacted/x'],
    [`/?t=${TOKEN.slice(0, TOKEN.lastIndexOf('.'))}.`, '/?t=redacted'],
  ])('%s is %s', (target, shown) => {
    expect(redact(target)).toBe(shown);
  });

  it.each([
    ['/v1/chat/completions'],
    ['/?model=gpt-4.1-nano&page=2&keys=3&tokens=4'],
    ['/?host=example.examples.test&q=key%3Dx'],
    ['/?%=1&=2&a==b'],
    ['/eyJhbGciOiJub25lIn0/file.tar.gz'],
  ])('%s stays as it is', (target) => {
    expect(redact(target)).toBe(target);
  });

  it('has no token, wherever it stands', () => {
    const around = fc.stringMatching(/^[/?&=.%a-z0-9]{0,12}[/?&=.]$/);
    fc.assert(
      fc.property(around, around, (before, after) => {
        expect(redact(before + TOKEN + after)).not.toContain(TOKEN.split('.')[1]);
      }),
    );
  });

  it('is made in time that grows with its length alone', () => {
    const long = `/?${'eyJ'.repeat(200_000)}&${'%22eyJhbGciOiJ'.repeat(50_000)}`;
    expect(redact(long)).toBe(long);
  }, 2_000);
});
