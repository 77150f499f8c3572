import { ApiObject, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { describe, expect, it } from 'vitest';
import { AllowedRoutes } from '../../lib/constructs/allowed-routes';
import { Gateway } from '../../lib/constructs/gateway';
import { Listener } from '../../lib/constructs/listener';
import {
  ReferenceGrant,
  ReferenceGrantFrom,
  ReferenceGrantTo,
} from '../../lib/constructs/reference-grant';
import { SecretReference } from '../../lib/constructs/secret-reference';
import { chart, gateway, spec, synthesized } from './trees';

describe('a Gateway', () => {
  it('is its child Resource', () => {
    const scope = chart();
    const edge = gateway(scope);
    expect(edge.node.defaultChild).toBe(ApiObject.of(edge));
    expect([edge.kind, edge.apiVersion]).toEqual(['Gateway', 'gateway.networking.k8s.io/v1']);
  });

  it('takes routes of its own namespace only, unless a listener says otherwise', () => {
    const scope = chart();
    gateway(scope);
    expect(synthesized(scope, 'Gateway')).toEqual([
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { name: 'test-gateway' },
        spec: {
          gatewayClassName: 'agentgateway',
          listeners: [
            {
              name: 'http',
              port: 80,
              protocol: 'HTTP',
              allowedRoutes: { namespaces: { from: 'Same' } },
            },
          ],
        },
      },
    ]);
  });

  it('ends TLS with the certificate of a Secret', () => {
    const scope = chart();
    const certificate = new kplus.TlsSecret(scope, 'Cert', { tlsCert: 'FAKE', tlsKey: 'FAKE' });
    const edge = new Gateway(scope, 'Edge', { gatewayClassName: 'internal' });
    edge.addListener(
      Listener.https({
        certificate,
        hostname: '*.example.com',
        port: 8443,
        allowedRoutes: AllowedRoutes.selector({ access: 'yes' }),
      }),
    );
    expect(spec(scope, 'Gateway')).toEqual({
      gatewayClassName: 'internal',
      listeners: [
        {
          name: 'https',
          port: 8443,
          protocol: 'HTTPS',
          hostname: '*.example.com',
          tls: {
            mode: 'Terminate',
            certificateRefs: [{ group: '', kind: 'Secret', name: 'test-cert' }],
          },
          allowedRoutes: {
            namespaces: { from: 'Selector', selector: { matchLabels: { access: 'yes' } } },
          },
        },
      ],
    });
  });

  it('needs a listener', () => {
    const scope = chart();
    new Gateway(scope, 'Edge');
    expect(() => scope.toJson()).toThrow(
      '[test/Edge] no listeners; add one, for example gateway.addListener(Listener.http())',
    );
  });

  it('needs a grant for a certificate of another namespace', () => {
    const scope = chart({ namespace: 'edge' });
    const certificate = SecretReference.fromSecretName('cert', { namespace: 'certs' });
    const edge = new Gateway(scope, 'Edge', { listeners: [Listener.https({ certificate })] });
    expect(() => scope.toJson()).toThrow(
      "[test/Edge] listener `https`: Secret `certs/cert` is in another namespace, and no ReferenceGrant in this app lets Gateways of `edge` refer to it; add new ReferenceGrant(this, 'Grant', { metadata: { namespace: 'certs' }",
    );
    new ReferenceGrant(scope, 'Grant', {
      from: [ReferenceGrantFrom.resource(edge)],
      to: [ReferenceGrantTo.resource(certificate)],
    });
    expect(spec(scope, 'Gateway')).toMatchObject({
      listeners: [
        {
          tls: {
            certificateRefs: [{ group: '', kind: 'Secret', name: 'cert', namespace: 'certs' }],
          },
        },
      ],
    });
  });

  it('keeps what it is given: labels, annotations, JSON patches', () => {
    const scope = chart();
    const edge = gateway(scope, { metadata: { name: 'edge', labels: { a: '1' } } });
    edge.metadata.addLabel('b', '2');
    ApiObject.of(edge).addJsonPatch(JsonPatch.replace('/spec/listeners/0/port', 8080));
    expect(synthesized(scope, 'Gateway')).toMatchObject([
      {
        metadata: { name: 'edge', labels: { a: '1', b: '2' } },
        spec: { listeners: [{ port: 8080 }] },
      },
    ]);
  });

  it('names one of its listeners, and knows which it has', () => {
    const scope = chart();
    const edge = gateway(scope);
    expect(edge.listener('http').toPolicyTargetConfig()).toMatchObject({
      kind: 'Gateway',
      name: 'test-gateway',
      sectionName: 'http',
    });
    expect(() => edge.listener('https')).toThrow(
      'Gateway test/Gateway has no listener `https`; it has `http`',
    );
  });

  it('of others is not synthesized', () => {
    const scope = chart({ namespace: 'shop' });
    const open = Gateway.fromGatewayName(scope, 'Shared', 'edge', { namespace: 'infra' });
    expect(open.listener('any').toPolicyTargetConfig()).toMatchObject({
      group: 'gateway.networking.k8s.io',
      namespace: 'infra',
      name: 'edge',
      sectionName: 'any',
    });
    expect(Gateway.fromGatewayName(scope, 'Own', 'own').toPolicyTargetConfig()).toMatchObject({
      namespace: 'shop',
    });
    expect(scope.toJson()).toEqual([]);
  });

  const two = (...listeners: Listener[]) => new Gateway(chart(), 'Edge', { listeners });
  it.each([
    [
      () => two(Listener.http(), Listener.http({ port: 81 })),
      'Gateway test/Edge: listener name `http` is taken; give one of them another `name`',
    ],
    [
      () => two(Listener.http(), Listener.http({ name: 'more' })),
      'listeners `http` and `more` both take every host on port 80',
    ],
    [
      () =>
        two(
          Listener.http({ port: 443 }),
          Listener.https({ certificate: SecretReference.fromSecretName('c') }),
        ),
      'listeners `http` and `https` speak HTTP and HTTPS on port 443',
    ],
    [
      () =>
        two(...Array.from({ length: 65 }, (_, i) => Listener.http({ name: `l${i}`, port: i + 1 }))),
      'Gateway test/Edge has 64 listeners, the most that one may have; add `l64` to another Gateway',
    ],
    [
      () => Listener.http({ port: 0 }),
      'port of listener `http` must be a whole number from 1 to 65535, got 0',
    ],
    [() => Listener.http({ name: 'A b' }), 'listener name "A b" must be'],
    [
      () => Listener.http({ hostname: 'WWW.Example.com' }),
      'hostname of listener `http` "WWW.Example.com" is not a hostname; did you mean "www.example.com"?',
    ],
    [
      () => Listener.http({ hostname: 'https://example.com' }),
      'write a DNS name without scheme, port and path',
    ],
    [() => Listener.http({ hostname: '*' }), 'leave it out to match every host'],
    [
      () => Listener.http({ hostname: '10.0.0.1' }),
      'is an IP address; Gateway API takes DNS names only',
    ],
    [
      () => Listener.https({ certificate: { name: 'c', kind: 'ConfigMap', apiVersion: 'v1' } }),
      'certificate of a listener must be a Secret, got ConfigMap `c`',
    ],
    [() => AllowedRoutes.selector({}), 'write AllowedRoutes.all() to allow every namespace'],
  ])('refuses what cannot stand: %#', (build, message) => {
    expect(build).toThrow(message);
  });
});
