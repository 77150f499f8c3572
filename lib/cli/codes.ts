import { didYouMean } from '../schema/did-you-mean';

/** What a code of findings stands for. */
export interface Explanation {
  /** A sentence without its period. */
  readonly title: string;
  /** What it means, why it matters, and what to do. */
  readonly paragraph: string;
  /** Something that has the finding, and the same without it, as YAML. */
  readonly example?: string;
}

/** Every code that a finding of any layer may have, in the order of the alphabet. */
export const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  AnonymousPasses: {
    title: 'credentials are checked, and nothing goes by what they say',
    paragraph:
      'A policy of mode `Optional` or `Permissive` lets requests without a token, key or password pass, so that rules can decide who may do what. Here no rule of the route asks who calls: whoever brings nothing gets what everybody gets. Write `Strict` where everybody must prove who they are, or a rule that asks.',
    example: `# anybody passes
jwtAuthentication: {mode: Optional}
# whoever has a token, or asks for what is public
jwtAuthentication: {mode: Optional}
authorization:
  action: Require
  policy:
    matchExpressions:
    - 'has(jwt.sub) || request.path.startsWith("/public/")'`,
  },
  AnyAudience: {
    title: 'tokens that were meant for other services are accepted',
    paragraph:
      'A provider of tokens without `audiences` takes every token that its issuer has signed, also those that callers got for another service. Whoever runs that service can then use the tokens of its callers here. Write what the `aud` claim of tokens for this gateway holds.',
    example: `providers:
- issuer: https://id.example.com
  audiences: [https://gateway.example.com]`,
  },
  AnyOriginWithCredentials: {
    title: 'any web site may call with the credentials of its visitors',
    paragraph:
      'A CORS policy allows every origin and credentials together. Whatever page a user has open may then send requests in their name and read the answers, which is what CORS is there to prevent. Name the origins that may call, or do without credentials.',
    example: `# any page may use the cookies of its visitors
cors: {allowOrigins: ['*'], allowCredentials: true}
# one page may
cors: {allowOrigins: ['https://app.example.com'], allowCredentials: true}`,
  },
  AppProtocolMissing: {
    title: 'a port is asked by gRPC and does not say that it speaks HTTP/2',
    paragraph:
      'HTTP/2 is what gRPC needs, and agentgateway learns from the `appProtocol` of the port of a Service which version to speak. Without it a check may be sent by HTTP/1.1, which a gRPC server does not understand, so that every request is refused. Write `appProtocol: kubernetes.io/h2c` at the port, or a policy on the Service with `backend: {http: {version: HTTP2}}`.',
    example: `ports:
- {port: 9000, appProtocol: kubernetes.io/h2c}`,
  },
  BackendNotFound: {
    title: 'a route sends its requests to something that is not there',
    paragraph:
      'A backend reference names a Service, a port of one, or a backend that the input does not hold. A gateway answers such requests with 500. It is a warning, since what is missing may be deployed from elsewhere; check the name, the namespace and the port, or give its file as well.',
    example: `backendRefs:
- {name: crat, port: 8080}   # the Service is called \`cart\``,
  },
  BodyNotSent: {
    title: 'external authorization is to see bodies, and sees none',
    paragraph:
      'In a standalone file `includeRequestBody` sends as many bytes as `maxRequestBytes` says, and without it none, where Kubernetes requires a size. Requests that have a body are then refused with 413; with `allowPartialMessage: true` they are judged without it, so that a service which looks for something in bodies never finds it. Always write the size.',
    example: `includeRequestBody:
  maxRequestBytes: 8192`,
  },
  CertificateUnchecked: {
    title: 'a backend is called over TLS, and may be anybody',
    paragraph:
      'The certificate that a backend shows is not checked, or its name is not: `insecureSkipVerify` of a backend, `insecure` or `insecureHost` in a standalone file. What is sent there, credentials of the backend included, reaches whoever sits on the way or answers for the name. Name the authority that has signed the certificate, and the name that it bears where that is not the host.',
    example: `# in place of insecureSkipVerify
tls:
  caCertificateRefs: [{name: internal-authority}]
  sni: models.internal`,
  },
  Conflicted: {
    title: 'two settings exclude or overwrite each other',
    paragraph:
      'Two places say different things about one matter, and nothing decides between them: two policies set the same field for the same target, a listener of protocol HTTP has certificates, two routes get one name. In a cluster the winner would depend on the order in which objects were created. Remove one of the two, or make them speak of different targets.',
  },
  Deprecated: {
    title: 'it is still read, and will not be for ever',
    paragraph:
      'A field or version of the API has a successor. It works today and goes away in a later version; the finding names what to write instead.',
  },
  Duplicate: {
    title: 'something that may stand once stands twice',
    paragraph:
      'Entries of a list share the name or value that tells them apart, two objects of the input have the same kind, namespace and name, or two callers have the same key. Only one of them could be in force. Remove one, or give it a name of its own.',
    example: `listeners:
- {name: http, port: 80, protocol: HTTP}
- {name: http, port: 81, protocol: HTTP}   # call this one otherwise`,
  },
  ExposedCredentials: {
    title: 'anybody may use the credentials of a backend',
    paragraph:
      "The gateway calls the backend with credentials of its own, such as the API key of a provider of models, and a route lets everybody do so: no JWT, API key or basic authentication of mode `Strict`, no certificate of clients, no external authorization that fails closed, and no rule that only callers who are known can meet. Whoever finds the address spends your money and acts in your name. Ask who calls, on the route or on the Gateway. Where anybody may call, say why: `route.allowAnonymous('a public demo')` in an app, the annotation `cdk8s-agentgateway/allow-anonymous` on an HTTPRoute, or in a standalone file a rule of the route that is always true and carries the reason. `agw check` and a synthesis fail without it; `agw run` starts, as agentgateway does, and prints it.",
    example: `kind: HTTPRoute
metadata:
  annotations:
    cdk8s-agentgateway/allow-anonymous: a public demo with a small budget`,
  },
  FailsOpen: {
    title: 'requests pass unchecked while an authorization service cannot be asked',
    paragraph:
      'External authorization with `FailOpen`, in a standalone file `failureMode: allow`, lets every request pass when the service is down, slow or out of reach. Whoever can keep it busy gets in without being asked about. Write `FailClosed`, which answers 403 then, unless what is behind is public anyway.',
    example: `extAuth:
  backendRef: {name: authz, port: 9000}
  grpc: {}
  failureMode: FailClosed`,
  },
  Forbidden: {
    title: 'a field may not stand here, though it is known',
    paragraph:
      'The field exists, and something else that is written excludes it: another field beside it, the type that was chosen, or the phase or target of the policy. The message names what it does not go with. Remove one of the two.',
    example: `static: {host: a.example.com, port: 80, unixPath: /run/a.sock}   # one or the other`,
  },
  GatewayClassNotOurs: {
    title: 'another controller runs this Gateway',
    paragraph:
      'The class of the Gateway belongs to another controller, or is not in the input, so that agentgateway leaves the Gateway alone: its listeners, routes and policies are not looked at together. Write `gatewayClassName: agentgateway`, or add the GatewayClass with agentgateway as its controller.',
  },
  HostnameConflict: {
    title: 'two listeners of one port serve the same host',
    paragraph:
      'Listeners of one port are told apart by their host names, and these have the same. Requests would reach one of them only. Give each a host or a port of its own.',
  },
  Internal: {
    title: 'a fault of this program',
    paragraph:
      'Something happened that should not be able to, and it is not the fault of the configuration. Please report it, with the configuration if it may be shown.',
  },
  Invalid: {
    title: 'a value is not one that this field takes',
    paragraph:
      'The type of the value is right, and the value is not: a pattern, a bound or a rule of the API says more than the type does. The message says what must hold. An API server refuses the whole object because of it.',
    example: `port: 808080        # between 1 and 65535
hostname: Shop.io   # lower-case letters`,
  },
  InvalidCertificateRef: {
    title: 'a listener or a backend has no usable certificate',
    paragraph:
      'The Secret of a listener is missing, is of another type than `kubernetes.io/tls`, or what it holds is no certificate with its key. The listener could not finish a single TLS handshake. Or a backend is called over TLS, and the authorities that it is known by, or the certificate that it is shown, are missing or cannot be read: requests to it are answered 500, or nothing starts. Add what is missing to the input, or correct it.',
  },
  InvalidExpression: {
    title: 'an expression is not CEL',
    paragraph:
      'The field is filled by an expression in CEL, and this one cannot be parsed, or calls `matches` or `regexReplace` with a pattern that is no regular expression. A standalone file with what cannot be parsed does not load; otherwise the rule fails on every request, and a rule that denies then denies nothing. The position is inside of the expression. A text in CEL needs quotes of its own: `jwt.sub == "alice"`.',
    example: `matchExpressions:
- jwt.sub = "alice"     # an assignment; CEL has none
- jwt.sub == "alice"`,
  },
  InvalidKey: {
    title: 'a key, a key set or a user lets nobody in',
    paragraph:
      'What is to let callers in cannot be used, so that they are refused. An entry of the Secret or ConfigMap that holds API keys is neither a key nor a description of one: write the bare key, or JSON with `key` or `keyHash`. A key set is no JSON Web Key Set: write `{"keys": […]}` with public keys that have a `kid`. A line of users has no hash: write what `htpasswd -nB alice` prints.',
    example: `stringData:
  alice: the-key
  bob: '{"key": "another-key", "metadata": {"team": "shop"}}'`,
  },
  InvalidKind: {
    title: 'a reference is of a kind that cannot stand here',
    paragraph:
      'The reference is well formed, and the kind that it names cannot be used at this place. The message lists the kinds that can. Requests that a route sends to a kind that agentgateway does not read are answered 500, and a listener takes no routes of a kind that its protocol does not fit.',
    example: `backendRefs:
- {group: gateway.kgateway.dev, kind: Backend, name: a}         # of another controller
- {group: agentgateway.dev, kind: AgentgatewayBackend, name: a}`,
  },
  InvalidParameters: {
    title: 'the parameters of a Gateway are not in the input, or of a kind that is not read',
    paragraph:
      'A Gateway or GatewayClass names parameters that were not given, or that are no AgentgatewayParameters. A controller does not deploy it until they are there. Check the name and the namespace, or give their file as well.',
  },
  InvalidSecret: {
    title: 'a value of a Secret is not Base64',
    paragraph:
      'Values below `data` of a Secret are texts in Base64. This one is not, so that it is left out. Encode it, or write it as it is below `stringData`.',
    example: `data: {alice: dGhlLWtleQ==}
stringData: {alice: the-key}   # means the same`,
  },
  InvalidValue: {
    title: 'a pattern can be compared with nothing',
    paragraph:
      'A regular expression of a route or a prompt guard cannot be used: it does not parse, grows too large, or needs what linear-time engines leave out, such as look-around and back-references. agentgateway takes the syntax of Rust’s `regex`. A standalone file with it does not load; in a cluster requests do not meet the match and go elsewhere, past its policies.',
  },
  InvalidYaml: {
    title: 'the file is not YAML',
    paragraph:
      'The file cannot be read, or one key stands twice in a map, where readers disagree about which of the two holds. Nothing in its document was checked. Most often the indentation is off by one, a tab stands where spaces must, or a text that holds a colon needs quotes. Templates are to be rendered before they are checked.',
    example: `name: cart
  namespace: shop   # must stand below \`name\`, not inside of it`,
  },
  KeyEndsWithNewline: {
    title: 'the line break at the end is a part of the key',
    paragraph:
      'A key that was encoded with `echo` ends with a line break, which belongs to the key, so that no client can send it. Encode it with `printf %s`, or use `kubectl create secret --from-literal`.',
  },
  KeysOverHttp: {
    title: 'keys of tokens are fetched without TLS from a host outside',
    paragraph:
      'The key set that tokens are checked with comes over plain HTTP from a host that is not in the cluster. Whoever is on the way, or answers for its name, can send keys of their own, and sign any token with them. Fetch it with `https://`. Names of Services, names and addresses of private networks and loopback are left alone.',
    example: `url: http://id.example.com/jwks.json    # anybody on the way may change it
url: https://id.example.com/jwks.json`,
  },
  LimitOfNothing: {
    title: 'a limit lets nothing pass, or nothing any more',
    paragraph:
      'A local rate limit is a bucket that begins with `maxTokens` and gets `tokensPerFill` more in every `fillInterval`. Both are 0 where they are not written: a bucket that holds nothing answers every request with 429, and one that is never filled answers so for good once it is used up. Write both.',
    example: `localRateLimit:
- {maxTokens: 100, tokensPerFill: 100, fillInterval: 1m}`,
  },
  NameConflict: {
    title: 'two parts of a file have one name',
    paragraph:
      'Names tell the gateways, listeners or routes of a standalone file apart, in logs and as targets of policies. Two of them share one. Give each its own.',
  },
  NoEffect: {
    title: 'a setting does nothing here',
    paragraph:
      'The setting is valid, and nothing reads it at this place. It is a warning because it looks as if it protected something. The hint says where it would be read, or what else does what it promises. Of authorization rules it is said of those that never hold, and of those that deny and may fail, or may give what is neither true nor false: agentgateway takes either for false, so that such a rule lets pass whom it seems to deny. Say what a failure counts for, or ask first.',
    example: `deny: jwt.banned                             # lets pass who has no such claim, or "true" as a text
deny: coalesce(jwt.banned, true) != false    # lets pass only whom it is false for
deny: has(jwt.team) && jwt.team == "guests"  # lets pass who has no such claim, knowingly`,
  },
  NoFailover: {
    title: 'a group of providers is never asked',
    paragraph:
      'The next group of providers gets requests while all providers of the group before it are left out. A provider is left out where `health.eviction` says when; without it the first group keeps every request, however often it fails. Write `eviction` for every provider of the group, or for the backend.',
    example: `policies:
  health: {eviction: {consecutiveFailures: 3}}`,
  },
  NoKeys: {
    title: 'there are no keys, so that nobody gets in',
    paragraph:
      'A policy takes API keys from an object that holds none. Every caller is refused. Add an entry for each caller.',
  },
  NoMatchingListenerHostname: {
    title: 'a route and its listener share no host',
    paragraph:
      'A route serves the hosts that both it and the listener name. They have none in common, so that no request reaches the route there. Give both a host in common, or leave the hosts of the route out.',
    example: `# listener: {hostname: '*.example.com'}
hostnames: [shop.example.org]   # write shop.example.com`,
  },
  NoMatchingParent: {
    title: 'nothing serves a route',
    paragraph:
      'The route names a Gateway, or a listener of one, that is not there. It is accepted by the API server and serves nothing. Correct the name, the namespace or the `sectionName`, or give the file of the Gateway as well.',
  },
  NotAllowedByListeners: {
    title: 'the listeners take no routes from there',
    paragraph:
      'A listener takes routes of its own namespace, unless it says otherwise, and of the kinds that fit its protocol. The owner of the Gateway decides with `allowedRoutes`, so that a route cannot attach itself from anywhere.',
    example: `listeners:
- name: http
  port: 80
  protocol: HTTP
  allowedRoutes: {namespaces: {from: All}}`,
  },
  NotRead: {
    title: 'agentgateway does not read an object that points at what it runs',
    paragraph:
      'The object is of another controller, or of an experiment whose kind has another name today, and it points at a Gateway that agentgateway runs, or at a route of one. An API server takes it where its definition is installed, and nothing happens: a policy of this kind protects nothing. Write it as the kind that agentgateway has for it, such as AgentgatewayPolicy or ListenerSet.',
    example: `apiVersion: agentgateway.dev/v1alpha1   # and not: gateway.kgateway.dev/v1alpha1
kind: AgentgatewayPolicy                # and not: TrafficPolicy`,
  },
  NotSupported: {
    title: 'a value is not one of those there are',
    paragraph:
      'The field takes one of a few values, and this is none of them. Upper and lower case count, and the two dialects differ: Kubernetes writes `Strict` where a standalone file writes `strict`.',
    example: `mode: strict   # in Kubernetes: Strict`,
  },
  OptionalByDefault: {
    title: 'without a mode, callers without credentials pass',
    paragraph:
      'In a standalone file, authentication whose `mode` is left out is optional: wrong credentials are refused, and none at all pass. In Kubernetes the default of the same policy is `Strict`. Whoever carries a configuration from one to the other opens it without seeing it. Always write the mode.',
    example: `apiKey:
  mode: strict
  keys: [{key: $KEY}]`,
  },
  Overridden: {
    title: 'a policy has no effect, because one above it is locked',
    paragraph:
      'A policy further up sets the same field with `strategy.inheritance: Override`, so that this one changes nothing. Remove it, or take the lock away there.',
  },
  PortUnavailable: {
    title: 'a port cannot be opened',
    paragraph:
      'Something else on this machine holds the port, it needs more rights than this user has, or two parts of the configuration want it. Stop the other, or open another port in its place with `--port 80:8080`.',
  },
  PreflightRefused: {
    title: 'pages of other origins cannot call, as their first question is refused',
    paragraph:
      'Before a page of another origin may call, its browser asks with an `OPTIONS` request, which never brings credentials. External authorization in phase PreRouting meets that question before a route is chosen, and so before the CORS rules of the route can answer it. Allow on the Gateway, in a policy with `phase: PreRouting`, the origins, methods and headers that its routes allow: rules of one phase are asked in the order CORS, then external authorization.',
    example: `targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
traffic:
  phase: PreRouting
  cors: {allowOrigins: ['https://app.example.com'], allowMethods: [GET], allowHeaders: [Authorization]}`,
  },
  ProtocolConflict: {
    title: 'listeners of one port speak different protocols',
    paragraph:
      'A port speaks one protocol: its listeners are all with TLS or all without, and all for HTTP or all for TCP. Of listeners that differ some are never reached. Give one of them another port.',
  },
  RefusedAsSuccess: {
    title: 'requests that nobody could be asked about seem to have worked',
    paragraph:
      'External authorization of a standalone file answers with `failureMode: {denyWithStatus}` while its service cannot be asked, and this status is one of success or of a redirect. Nothing passes, and clients, caches and alarms take it for a good answer. Write a status from 400 to 599.',
    example: `failureMode:
  denyWithStatus: 503`,
  },
  RefNotPermitted: {
    title: 'a reference into another namespace is not permitted there',
    paragraph:
      'A route may send to another namespace, and a Gateway take certificates from one, only where a ReferenceGrant in that namespace allows it. Without one the reference does not resolve, and requests for it are answered 500. The owner of the namespace that is referred to writes the grant. Of references of policies and backends it is a warning: by default (`route`) the controller asks for no grant of these, and in its mode `route-and-policy` it does.',
    example: `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: from-shop, namespace: warehouse}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: '', kind: Service}]`,
  },
  ReplacesCheck: {
    title: 'a check is made in place of another one, not in addition',
    paragraph:
      'Several levels ask an authorization service in the same phase, and of one phase only the policy nearest to the route counts. A request that a route sends to its own service is never shown to the one of the Gateway, so that whoever writes routes can do away with the check of the Gateway. Write `phase: PreRouting` in the policy of the Gateway to have both made: before routing its own, then that of the route. `strategy: {inheritance: Override}` makes its own the only one. Where replacing is meant, the annotation `cdk8s-agentgateway/overridable: "true"` on the policy of the Gateway says so.',
    example: `targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: edge}]
traffic:
  phase: PreRouting   # without it a route's own takes its place
  extAuth: {backendRef: {name: authz, port: 9000}, grpc: {}}`,
  },
  Required: {
    title: 'something that must be written is missing',
    paragraph:
      'A field without a default is left out, a list needs at least one entry, or one of several fields must be there and none is. The path leads to where it is missing; the place in the file is that of what should hold it.',
  },
  RulesAddUp: {
    title: 'rules of several levels let in more callers than each by itself',
    paragraph:
      'Authorization rules of a Gateway, its listeners and routes are one pool, and of those that allow one must hold. So a rule that allows on the Gateway lets its callers in for every route below, whatever the rules there allow. Where a route is meant to be narrower, write its rule with `action: Require`, which must hold in any case, or move the rule of the Gateway to the routes that it is for.',
    example: `# bob, and who is allowed above
authorization: {action: Allow, policy: {matchExpressions: ['jwt.sub == "bob"']}}
# bob alone
authorization: {action: Require, policy: {matchExpressions: ['jwt.sub == "bob"']}}`,
  },
  SampleKey: {
    title: 'a key that is published as an example lets callers in',
    paragraph:
      'A key set holds a key from an RFC, a tutorial or a sample repository. Its private half, or tokens that it has signed, are public, so that anybody can get in. The key is known by its thumbprint (RFC 7638), whatever its `kid` says. Write the keys of your issuer; for development, `agw token` makes a pair of your own.',
  },
  SecretNotFound: {
    title: 'a Secret is not in the input',
    paragraph:
      'A policy or backend takes credentials from an object that was not given. It is a warning, since Secrets rarely lie in a repository beside what uses them, and nothing is let in because of it. Check the name and the namespace: a Secret is looked up in the namespace of the object that names it.',
  },
  SharedCredential: {
    title: 'two policies look for their credentials at one place',
    paragraph:
      'Tokens, passwords and keys are read in this order, and who accepts one takes it out of the request, so that later policies find nothing there. Unless it is Permissive, the earlier one also refuses what was meant for the later one. Give one of them a `location` of its own. Where callers may bring one or the other, make both Permissive, which refuse nobody, and let an authorization rule require that one of them was accepted.',
    example: `jwtAuthentication: {mode: Permissive, …}
apiKeyAuthentication: {mode: Permissive, …}
authorization: {action: Require, policy: {matchExpressions: ['has(jwt.sub) || has(apiKey.key)']}}`,
  },
  SyntaxInvalid: {
    title: 'the standalone file is not YAML',
    paragraph:
      'The file cannot be read as one document of YAML or JSON: a wrong indentation, a tab, a key that stands twice, a second `---`. agentgateway does not start with it, and keeps the former configuration when it is told to reload.',
  },
  TargetNotFound: {
    title: 'a policy protects nothing',
    paragraph:
      'The target of a policy, or the listener or rule that it names in it, is not there. An API server accepts such a policy, `kubectl get` shows it, and requests pass as if it were not there. A policy reaches objects of its own namespace only. Where the input holds no object of that kind at all, it is a warning: then only a part of what is deployed was given.',
    example: `targetRefs:
- {group: gateway.networking.k8s.io, kind: HTTPRoute, name: crat}   # the route is called \`cart\``,
  },
  TooLong: {
    title: 'a text is longer than what fits',
    paragraph:
      'The API limits the length of texts, counted in characters. An API server refuses the object.',
  },
  TooMany: {
    title: 'a list or map has more entries than fit',
    paragraph:
      'The API limits how many entries a list or a map may have, most often to 16 or 64. Split the object into several.',
  },
  TypeInvalid: {
    title: 'a value has the wrong type',
    paragraph:
      'A map stands where a list must, a text where a number must, and so on. YAML decides by the looks of a value: `8080` is a number and `"8080"` a text, `yes` and `on` are booleans to Kubernetes. Add or remove quotes, or begin the entries of a list with `- `.',
    example: `port: "8080"     # write 8080
value: on        # write "on"`,
  },
  Unchecked: {
    title: 'some requests are shown to no authorization service',
    paragraph:
      'Of the entries under `conditional` the first is used whose condition holds. A condition that cannot be evaluated does not hold, for example one that reads a header or claim which the request lacks. A request for which none holds passes unchecked. End with an entry without `condition`.',
    example: `conditional:
- condition: 'request.path.startsWith("/admin")'
  policy: {backendRef: {name: strict, port: 9000}, grpc: {}}
- policy: {backendRef: {name: authz, port: 9000}, grpc: {}}   # for all others`,
  },
  UnknownField: {
    title: 'a field does not exist here',
    paragraph:
      'The key is misspelt, stands one level too high or too deep, or belongs to another version or channel of the API. An API server refuses it or drops it, depending on the client, and a dropped policy protects nothing. The finding names the nearest key, or where a key of this name belongs. What exists is what agentgateway v1.4 and Gateway API v1.6 have; fields of the experimental channel take `--gateway-api-channel experimental`.',
    example: `jwtAuthentication:
  providers: []
  authorization: {}   # belongs beside \`jwtAuthentication\`, where it has an effect`,
  },
  UnknownCaller: {
    title: 'a rule asks who calls where nothing finds it out',
    paragraph:
      'An authorization rule reads the claims of a token, the metadata of a key or the name of a user, and no policy that runs before it looks at tokens, keys or users. So it reads nothing, and is the same for every caller: one that allows or requires lets nobody pass, one that denies denies nobody, or everybody. A rule that counts for several routes is told of where that is so on all of them.',
    example: `jwtAuth: {mode: strict, issuer: 'https://id.example.com', audiences: [shop], jwks: {file: jwks.json}}
authorization: {rules: ['jwt.sub == "alice"']}   # without jwtAuth, nobody passes`,
  },
  UnknownKind: {
    title: 'a kind or version does not exist',
    paragraph:
      'The API group has no such kind, or not in this version. Former names are known: `TrafficPolicy` is AgentgatewayPolicy today. An API server without a definition of the kind refuses the object. What exists is what agentgateway v1.4 and Gateway API v1.6 have; kinds of the experimental channel take `--gateway-api-channel experimental`.',
    example: `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy`,
  },
  Unreachable: {
    title: 'no request finds a route or match',
    paragraph:
      'Another route or match of the same listener comes first and takes every request that this one would take. What protects it protects nothing, and what it allows is not allowed. Remove it, or make it more specific than the other.',
  },
  Unreadable: {
    title: 'a file cannot be read',
    paragraph:
      'The file is binary, is in another encoding than UTF-8, is larger than the 8 MiB that a configuration may have, is no regular file, or may not be opened. Nothing in it was checked.',
  },
  UnservedFormat: {
    title: 'a provider does not serve what a route promises',
    paragraph:
      'Paths are mapped to a format that the provider neither speaks nor gets translated. While it is chosen, for example when it stands in for another one, such requests are answered 400. Leave the format out of `routes`, or stand in with a provider that serves it.',
  },
  Unsupported: {
    title: 'the reference gateway does not run this',
    paragraph:
      'The configuration is valid, agentgateway runs it, and the reference gateway of this package does not. As leaving it out could open what it closes, `agw run` and `agw translate` refuse it. It is no verdict on the configuration: `agw check` says nothing about it.',
  },
  UnusedAlias: {
    title: 'the names of models are never read',
    paragraph:
      'A `model` of a provider takes the place of the one that clients ask for, and `modelAliases` are looked up afterwards, with that model. None of the names is that model, so none is ever used. Remove one of the two.',
  },
  UnusedOption: {
    title: 'an option of the command line changes nothing',
    paragraph:
      'A `--port` or `--resolve` names a port or upstream that no configuration has: most often it is misspelt. The hint lists those that there are.',
  },
  VariableNotVerbatim: {
    title: 'the value of a variable is not read as it is',
    paragraph:
      'agentgateway puts values of the environment into the text of a file before it parses it. This value holds characters that YAML reads otherwise, so that it ends early, or begins settings of its own. Put the variable into single quotes.',
    example: `key: '$KEY'`,
  },
  VariableUnset: {
    title: 'a variable of the environment is not set',
    paragraph:
      'The file names a variable that the environment does not have, and agentgateway does not start without it. Set it, give it a default behind `:-` inside of its braces, or write `$$` for a dollar. Without `--verdict` a check warns only and reads on, since it seldom runs where the gateway does.',
  },
  WrongIssuer: {
    title: 'an example key stands beside an issuer that its tokens do not name',
    paragraph:
      'The key set holds a key that is published together with tokens, and these name another issuer than the provider does. `iss` must agree to the letter, so that every one of those tokens is refused with 401, though its signature is good. Write the issuer that the tokens name to follow the tutorial they are from; for anything else write an issuer of your own with its own keys.',
    example: `# agentgateway's sample key; its tokens say iss: agentgateway.dev
- issuer: solo.io`,
  },
};

/** @throws Error where there is no such code, which a test rules out for all of them */
export function explanationOf(code: string): Explanation {
  const found = Object.hasOwn(EXPLANATIONS, code) ? EXPLANATIONS[code] : undefined;
  if (!found) throw new Error(`the code ${code} has no explanation`);
  return found;
}

/** The code that somebody who wrote this means. */
export function findCode(written: string): string | undefined {
  const lower = written.toLowerCase();
  return Object.keys(EXPLANATIONS).find((code) => code.toLowerCase() === lower);
}

export function nearestCode(written: string): string | undefined {
  return didYouMean(written, Object.keys(EXPLANATIONS));
}

/** For a page: a heading, the paragraph, and the example. */
export function markdownOf(code: string): string {
  const { title, paragraph, example } = explanationOf(code);
  const shown = example === undefined ? '' : `\n\`\`\`yaml\n${example}\n\`\`\`\n`;
  return `## ${code}\n\n**${sentence(title)}** ${paragraph}\n${shown}`;
}

/** For a terminal. */
export function explanationText(code: string): string {
  const { title, paragraph, example } = explanationOf(code);
  const shown = example === undefined ? '' : `\n${example.replace(/^/gm, '    ')}\n`;
  return `${code}: ${title}\n\n${wrapped(paragraph)}\n${shown}`;
}

/** The page of all codes, `docs/findings.md`. */
export function findingsPage(): string {
  const codes = Object.keys(EXPLANATIONS).sort();
  const links = codes.map((code) => `[${code}](#${code.toLowerCase()})`);
  return `${PAGE_HEAD}\n${links.join(' ·\n')}\n\n${codes.map(markdownOf).join('\n')}`;
}

const PAGE_HEAD = `# What findings mean

Every finding has a code, the same wherever it is found: at synth, by \`agw check\`, \`agw run\` and \`agw translate\`, in tests.
\`agw check --explain CODE\` prints the paragraph of one. This page is generated from \`lib/cli/codes.ts\`.
`;

function sentence(title: string): string {
  return `${title[0]!.toUpperCase()}${title.slice(1)}.`;
}

const WIDTH = 100;

function wrapped(paragraph: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line].join('\n');
}
