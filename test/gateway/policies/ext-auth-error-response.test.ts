import { describe, expect, it } from 'vitest';
import { extAuthServer, header } from '../../support/ext-auth-server';
import { httpUpstream } from '../../support/http-upstream';
import { routeTo, runGateway } from '../../support/running-gateway';

const ERROR = {
  status: { code: 503 },
  headers: [header('x-error', 'overloaded')],
  body: 'later',
};

/** What a client gets where the service answers that it has failed. */
async function answered(answer: object, failureMode: unknown) {
  const service = await extAuthServer(() => answer);
  const upstream = await httpUpstream((_request, response) => response.end('passed'));
  const extAuthz = JSON.stringify({ host: `127.0.0.1:${service.port}`, failureMode });
  const gateway = await runGateway(routeTo(upstream, `{extAuthz: ${extAuthz}}`));
  const { status } = await fetch(`http://127.0.0.1:${gateway.port()}`);
  const [line] = await gateway.logged(1);
  return { status, line };
}

describe('a service that answers with an error of its own', () => {
  const OK = { status: { code: 0 }, error_response: ERROR };

  it.each([
    ['deny', 403],
    [{ denyWithStatus: 503 }, 503],
    ['allow', 200],
  ])('with the status OK has failed, so that %j decides', async (failureMode, expected) => {
    for (const answer of [OK, { error_response: ERROR }, { error_response: {} }]) {
      const { status, line } = await answered(answer, failureMode);
      expect(status).toBe(expected);
      expect(line).toContain(
        'extauthz.failure="the service answers that it has failed (error_response)"',
      );
    }
  });

  it('with another status refuses, also where requests pass while nobody can be asked', async () => {
    const { status } = await answered({ status: { code: 13 }, error_response: ERROR }, 'allow');
    expect(status).toBe(403);
  });
});
