import { describe, expect, it } from 'vitest';
import { validate } from '../../lib/schema/validate';
import { verdictOn } from './verdict';

function object(apiVersion: unknown, kind: unknown): unknown {
  return { apiVersion, kind, metadata: { name: 'sample' }, spec: {} };
}

function isAboutKind(finding: string): boolean {
  return finding.startsWith('UnknownKind');
}

describe('an object of a kind that does not exist', () => {
  it.each([
    [
      'the kind of an older tutorial',
      ['gateway.networking.k8s.io/v1alpha2', 'TrafficPolicy'],
      'UnknownKind kind: `gateway.networking.k8s.io/v1alpha2` has no TrafficPolicy; it is called AgentgatewayPolicy now (write apiVersion: agentgateway.dev/v1alpha1 and kind: AgentgatewayPolicy)',
    ],
    [
      'a misspelt kind',
      ['gateway.networking.k8s.io/v1', 'HttpRoute'],
      'UnknownKind kind: `gateway.networking.k8s.io/v1` has no kind `HttpRoute`; did you mean `HTTPRoute`? (write apiVersion: gateway.networking.k8s.io/v1 and kind: HTTPRoute)',
    ],
    [
      'a kind in the group of another',
      ['gateway.networking.k8s.io/v1', 'AgentgatewayPolicy'],
      'UnknownKind apiVersion: `gateway.networking.k8s.io/v1` has no AgentgatewayPolicy (write apiVersion: agentgateway.dev/v1alpha1)',
    ],
    [
      'a version that is not served',
      ['gateway.networking.k8s.io/v1alpha2', 'HTTPRoute'],
      'UnknownKind apiVersion: `gateway.networking.k8s.io/v1alpha2` has no HTTPRoute (write apiVersion: gateway.networking.k8s.io/v1)',
    ],
    [
      'a group without version',
      ['agentgateway.dev', 'AgentgatewayPolicy'],
      'UnknownKind apiVersion: `agentgateway.dev` has no AgentgatewayPolicy (write apiVersion: agentgateway.dev/v1alpha1)',
    ],
    [
      'a misspelt group of a kind that is plainly ours',
      ['agentgateway.io/v1alpha1', 'AgentgatewayBackend'],
      'UnknownKind apiVersion: `agentgateway.io/v1alpha1` has no AgentgatewayBackend (write apiVersion: agentgateway.dev/v1alpha1)',
    ],
    [
      'a kind that is like no other',
      ['agentgateway.dev/v1alpha1', 'Xyzzy'],
      'UnknownKind kind: `agentgateway.dev/v1alpha1` has no kind `Xyzzy` (the kinds of agentgateway.dev are `AgentgatewayBackend`, `AgentgatewayModel`, `AgentgatewayParameters` and `AgentgatewayPolicy`)',
    ],
    [
      'a name that every JavaScript object has',
      ['agentgateway.dev/v1alpha1', 'constructor'],
      'UnknownKind kind: `agentgateway.dev/v1alpha1` has no kind `constructor` (the kinds of agentgateway.dev are `AgentgatewayBackend`, `AgentgatewayModel`, `AgentgatewayParameters` and `AgentgatewayPolicy`)',
    ],
  ] as const)('%s', (_, [apiVersion, kind], finding) => {
    expect(verdictOn(object(apiVersion, kind)).filter(isAboutKind)).toEqual([finding]);
  });

  it('is judged as the kind that it is meant to be as well', () => {
    const meant = object('agentgateway.dev/v1alpha1', 'AgentgatewayPolicy');
    const former = object('gateway.networking.k8s.io/v1alpha2', 'TrafficPolicy');
    expect(verdictOn(former).filter((finding) => !isAboutKind(finding))).toEqual(verdictOn(meant));
  });

  it.each([
    ['v1', 'Secret'],
    ['apps/v1', 'Deployment'],
    ['networking.istio.io/v1', 'Gateway'],
    ['gateway.kgateway.dev/v1alpha1', 'TrafficPolicy'],
    ['gateway.networking.k8s.io/v1', 'GRPCRoute'],
  ])('%s %s is nobody’s business here', (apiVersion, kind) => {
    expect(validate(object(apiVersion, kind))).toEqual([]);
  });

  it.each([
    [undefined, 'HTTPRoute', 'Required apiVersion: `apiVersion` is required, as a string'],
    ['agentgateway.dev/v1alpha1', undefined, 'Required kind: `kind` is required, as a string'],
    [1, 'HTTPRoute', 'TypeInvalid apiVersion: `apiVersion` is required, as a string'],
  ])('needs apiVersion and kind: %j %j', (apiVersion, kind, finding) => {
    expect(verdictOn(object(apiVersion, kind))).toEqual([finding]);
  });

  it.each(['v1', 'v1beta1'])('ReferenceGrant is read as %s', (version) => {
    const grant = object(`gateway.networking.k8s.io/${version}`, 'ReferenceGrant');
    expect(verdictOn(grant)).toEqual([
      'Required spec.from: `from` is required here',
      'Required spec.to: `to` is required here',
    ]);
  });
});
