import { describe, expect, it } from 'vitest';
import { allowing, extAuthServer, header } from '../../support/ext-auth-server';
import { httpUpstream } from '../../support/http-upstream';
import { routeTo, runGateway } from '../../support/running-gateway';

const APPEND = { append: { value: true } };
const IF_ABSENT = { append_action: 'ADD_IF_ABSENT' };
const OVERWRITE = { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' };
const IF_EXISTS = { append_action: 'OVERWRITE_IF_EXISTS' };

/** What a client gets of `x-seen` and cookies where the backend sends `sent`, and a service changes that. */
async function seen(sent: Record<string, string>, changes: object[], policies: object = {}) {
  const upstream = await httpUpstream((_request, response) => {
    for (const [name, value] of Object.entries(sent)) response.setHeader(name, value);
    response.end();
  });
  const service = await extAuthServer(() => allowing({ response_headers_to_add: changes }));
  const extAuthz = { host: `127.0.0.1:${service.port}` };
  const gateway = await runGateway(routeTo(upstream, JSON.stringify({ ...policies, extAuthz })));
  const { headers } = await fetch(`http://127.0.0.1:${gateway.port()}`);
  return [headers.get('x-seen'), ...headers.getSetCookie()];
}

const BACKEND = { 'x-seen': 'backend' };

describe('a field of the answer that an authorization service', () => {
  it.each([
    ['adds', {}, [header('x-seen', 'a')], ['a']],
    ['sets, is replaced', BACKEND, [header('x-seen', 'a')], ['a']],
    ['overwrites, is replaced', BACKEND, [header('x-seen', 'a', OVERWRITE)], ['a']],
    [
      'appends to, keeps what the backend says',
      BACKEND,
      [header('x-seen', 'a', APPEND)],
      ['backend, a'],
    ],
    [
      'appends to twice, has both',
      {},
      [header('x-seen', 'a', APPEND), header('x-seen', 'b', APPEND)],
      ['a, b'],
    ],
    [
      'adds if absent, is added where the backend has none',
      {},
      [header('x-seen', 'a', IF_ABSENT)],
      ['a'],
    ],
    ['adds if absent, is the backend’s', BACKEND, [header('x-seen', 'a', IF_ABSENT)], ['backend']],
    ['overwrites if there, is replaced', BACKEND, [header('x-seen', 'a', IF_EXISTS)], ['a']],
    ['overwrites if there, is not added', {}, [header('x-seen', 'a', IF_EXISTS)], [null]],
    [
      'sets as a cookie, stands beside the backend’s',
      { 'set-cookie': 'c=0' },
      [header('set-cookie', 'a=1'), header('set-cookie', 'b=2', APPEND)],
      [null, 'c=0', 'a=1', 'b=2'],
    ],
  ])('%s', async (_, sent, changes, expected) => {
    expect(await seen(sent, changes)).toEqual(expected);
  });

  it('changes comes after the changes of the route', async () => {
    const modified = { responseHeaderModifier: { set: { 'x-seen': 'route' } } };
    const changes = [header('x-seen', 'service', APPEND)];
    expect(await seen(BACKEND, changes, modified)).toEqual(['route, service']);
  });
});
