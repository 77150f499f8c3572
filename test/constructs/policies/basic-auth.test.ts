import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { HttpRoute } from '../../../lib/constructs/http-route';
import {
  BasicAuthMode,
  BasicAuthPolicy,
  type BasicAuthPolicyProps,
} from '../../../lib/constructs/policies/basic-auth';
import { BasicAuthUsers } from '../../../lib/constructs/policies/basic-auth-users';
import { CredentialLocation } from '../../../lib/constructs/policies/credential-location';
import { SecretReference } from '../../../lib/constructs/secret-reference';
import { chart, gateway, service, spec } from '../trees';

const users = BasicAuthUsers.fromSecret(SecretReference.fromSecretName('users'));
const BCRYPT = `$2y$05$${'a'.repeat(53)}`;

function tree() {
  const scope = chart();
  const edge = gateway(scope);
  const route = new HttpRoute(scope, 'Route', { gateway: edge });
  route.addRule(service(scope));
  return { scope, edge, route };
}

function authentication(props: Partial<BasicAuthPolicyProps> = {}): unknown {
  const { scope, route } = tree();
  new BasicAuthPolicy(scope, 'Users', { target: route, users, ...props });
  return (spec(scope, 'AgentgatewayPolicy') as { traffic: Record<string, unknown> }).traffic
    .basicAuthentication;
}

describe('a BasicAuthPolicy', () => {
  it('is strict where nothing is said', () => {
    expect(authentication()).toEqual({ mode: 'Strict', secretRef: { name: 'users' } });
  });

  it('writes what is said', () => {
    const props = {
      users: BasicAuthUsers.fromSecret(SecretReference.fromSecretName('users'), { key: 'ops' }),
      mode: BasicAuthMode.OPTIONAL,
      realm: 'Shop',
      location: CredentialLocation.header('proxy-authorization', { prefix: 'Basic ' }),
    };
    expect(authentication(props)).toEqual({
      mode: 'Optional',
      realm: 'Shop',
      location: { header: { name: 'proxy-authorization', prefix: 'Basic ' } },
      secretRef: { name: 'users', key: 'ops' },
    });
  });

  it.each([BCRYPT, `$apr1$salt$${'a'.repeat(22)}`, `{SHA}${'a'.repeat(27)}=`])(
    'takes users as htpasswd writes them: %s',
    (hash) => {
      const lines = [`alice:${hash}`, `bob:${hash}`];
      expect(authentication({ users: BasicAuthUsers.htpasswd(lines) })).toEqual({
        mode: 'Strict',
        users: lines,
      });
    },
  );

  it('on a Gateway is not replaced below', () => {
    const { scope, edge } = tree();
    new BasicAuthPolicy(scope, 'Users', { target: edge, users });
    expect(spec(scope, 'AgentgatewayPolicy')).toMatchObject({
      strategy: { inheritance: 'Override' },
    });
  });

  it('reads Secrets of its own namespace only', () => {
    const scope = chart({ namespace: 'shop' });
    const target = gateway(scope, { metadata: { namespace: 'infra' } });
    const secret = new kplus.Secret(scope, 'Team');
    const build = () =>
      new BasicAuthPolicy(scope, 'Users', { target, users: BasicAuthUsers.fromSecret(secret) });
    expect(build).toThrow('but BasicAuthPolicy test/Users reads Secrets of its own namespace');
  });

  it.each([
    [[], 'BasicAuthUsers.htpasswd takes 1 to 256 lines, got 0'],
    [['alice'], 'line 1 of htpasswd must be `name:hash`'],
    [[`alice:${BCRYPT}`, `alice:${BCRYPT}`], 'user "alice" of htpasswd stands twice; keep one'],
    [
      ['alice:FAKE-password'],
      'user "alice" of htpasswd has no hash of bcrypt, MD5 (apr1) or SHA-1; write what `htpasswd -nB alice` gives',
    ],
  ])('refuses users who could not log in: %#', (lines, message) => {
    expect(() => BasicAuthUsers.htpasswd(lines)).toThrow(message);
  });

  it.each([['FAKE-password'], ['alice:FAKE-password'], [':FAKE-password']])(
    'shows no password that stands in the place of a hash',
    (line) => {
      expect(() => BasicAuthUsers.htpasswd([line])).toThrow(/^((?!FAKE).)*$/);
    },
  );
});
