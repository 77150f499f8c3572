import { atMostOneOf, cel, forbidden } from '../rule';
import { SCALARS } from '../scalars';
import type { Kind, Schema } from '../schema';
import { ENVIRONMENT, ENVIRONMENT_DEFINITIONS } from './environment';
import { QUANTITY_DEFINITIONS } from './quantity';
import { AGENTGATEWAY } from './shared';

function overlay(description: string): Schema {
  return { $ref: '#/$defs/Overlay', description };
}

const OVERLAYS: Readonly<Record<string, Schema>> = {
  deployment: overlay('Changes the Deployment of the gateway.'),
  daemonSet: overlay(
    'Changes the DaemonSet of the gateway, which there is with `workload.kind: DaemonSet`.',
  ),
  service: overlay('Changes the Service of the gateway, such as its type or its annotations.'),
  serviceAccount: overlay('Changes the ServiceAccount of the gateway.'),
  podDisruptionBudget: overlay('Makes a PodDisruptionBudget. @default - there is none'),
  horizontalPodAutoscaler: overlay(
    'Makes a HorizontalPodAutoscaler; a DaemonSet cannot have one. @default - there is none',
  ),
};

const IMAGE: Schema = {
  type: 'object',
  description:
    'The container image of the gateway, field by field: what is left out stays what the controller was installed with.',
  properties: {
    registry: {
      type: 'string',
      description: 'Such as `registry.example.com`. @default - cr.agentgateway.dev',
    },
    repository: {
      type: 'string',
      description:
        'The path at the registry, such as `mirror/agentgateway`. @default - agentgateway',
    },
    tag: { type: 'string', description: 'The version. @default - that of the controller' },
    digest: {
      type: 'string',
      description: 'The content, `sha256:…`; it decides where a tag is written as well.',
    },
    pullPolicy: {
      type: 'string',
      description:
        'When nodes fetch the image: `Always`, `IfNotPresent` or `Never`. @default - Always for the tag `latest`, else IfNotPresent',
    },
  },
};

const LOGGING: Schema = {
  type: 'object',
  description: 'How the gateway writes its log.',
  properties: {
    level: {
      type: 'string',
      description:
        'From which level on: `debug`, `info`, `warn`, `error`; or per module, `info,agent_core=debug`. @default - info',
    },
    format: {
      type: 'string',
      description: '`json` writes each line as an object, `text` as words. @default - text',
      enum: ['json', 'text'],
    },
  },
};

const SHUTDOWN: Schema = {
  type: 'object',
  description: 'How long the gateway goes on when its pod ends, in seconds.',
  properties: {
    min: {
      type: 'integer',
      description:
        'For so many seconds connections are still taken, while load balancers learn that the pod is going.',
      format: 'int64',
      minimum: 0,
      maximum: 31_536_000,
    },
    max: {
      type: 'integer',
      description: 'After so many seconds requests that still run are cut off.',
      format: 'int64',
      minimum: 0,
      maximum: 31_536_000,
    },
  },
  required: ['max', 'min'],
  rules: [
    cel('self.min <= self.max', {
      path: 'min',
      message: '`min` may not be longer than `max`: both count from the same moment',
    }),
  ],
};

const ISTIO: Schema = {
  type: 'object',
  description: 'Makes the gateway a part of an Istio ambient mesh.',
  properties: {
    enabled: {
      type: 'boolean',
      description: 'Whether the gateway gets an identity of the mesh and speaks HBONE with it.',
    },
    caAddress: {
      type: 'string',
      description:
        'The certificate authority of the mesh. @default - https://istiod.istio-system.svc:15012',
    },
    clusterId: {
      type: 'string',
      description: 'The name that the mesh has for this cluster. @default - Kubernetes',
    },
    network: {
      type: 'string',
      description: 'The network that the gateway is in, where a mesh has several.',
    },
    trustDomain: {
      type: 'string',
      description: 'The domain of identities of the mesh. @default - cluster.local',
    },
    additionalTrustDomains: {
      type: 'array',
      description: 'Further domains whose identities are believed.',
      items: { type: 'string' },
    },
  },
};

const SPIFFE: Schema = {
  type: 'object',
  description:
    'Gets the identity of the gateway from a SPIFFE workload API, for backends with `tls.certificateSource: SPIFFE`.',
  properties: {
    enabled: { type: 'boolean', description: 'Whether it does.' },
    source: {
      type: 'object',
      description: 'How the socket of the workload API gets into the pod.',
      properties: {
        csi: {
          type: 'object',
          description: 'By a CSI driver.',
          properties: {
            driver: {
              type: 'string',
              description: 'The name of the driver.',
            },
          },
        },
        hostPath: {
          type: 'object',
          description: 'From a directory of the node.',
          properties: {
            path: { type: 'string', description: 'The directory.', minLength: 1 },
          },
          required: ['path'],
        },
        mountPath: {
          type: 'string',
          description: 'The directory in the container that the socket is in.',
          pattern: '^/',
          patternMeans: 'a path that begins with `/`',
        },
        socketName: {
          type: 'string',
          description: 'The name of the socket in that directory.',
        },
      },
      rules: [atMostOneOf('csi', 'hostPath')],
    },
  },
};

const MODEL_CATALOG: Schema = {
  type: 'object',
  description: 'What models cost, so that the gateway can tell what requests have cost.',
  properties: {
    sources: {
      type: 'array',
      description: 'Where prices are; later sources replace what earlier ones say of a model.',
      items: {
        type: 'object',
        description: 'A file of prices.',
        properties: {
          configMap: {
            type: 'object',
            description: 'In a ConfigMap of the namespace of the Gateway.',
            properties: {
              name: { type: 'string', description: 'The name of the ConfigMap.', minLength: 1 },
              key: { type: 'string', description: 'Its entry. @default - catalog.json' },
            },
            required: ['name'],
          },
        },
      },
    },
  },
};

const RESOURCES: Schema = {
  type: 'object',
  description:
    'How much processor time and memory the container of the gateway asks for, and may have.',
  properties: {
    requests: {
      type: 'object',
      description: 'What a node must have free, such as `cpu: 100m` and `memory: 128Mi`.',
      additionalProperties: { $ref: '#/$defs/Quantity' },
    },
    limits: {
      type: 'object',
      description: 'What it may have at most; more memory ends the container.',
      additionalProperties: { $ref: '#/$defs/Quantity' },
    },
    claims: {
      type: 'array',
      description: 'Devices that the container uses, as the pod claims them.',
      items: {
        type: 'object',
        description: 'A claim of the pod.',
        properties: {
          name: { type: 'string', description: 'Its name.' },
          request: {
            type: 'string',
            description: 'One request of the claim. @default - the whole claim',
          },
        },
        required: ['name'],
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
  },
};

const IS_DAEMON_SET =
  "has(self.workload) && has(self.workload.kind) && self.workload.kind == 'DaemonSet'";

export const AGENTGATEWAY_PARAMETERS: Kind = {
  group: AGENTGATEWAY,
  kind: 'AgentgatewayParameters',
  plural: 'agentgatewayparameters',
  shortNames: ['agpar'],
  scope: 'Namespaced',
  versions: ['v1alpha1'],
  status: true,
  description:
    'How gateways are deployed: image, resources, environment, logs. A GatewayClass names it in `parametersRef`, or a Gateway in `infrastructure.parametersRef`.',
  definitions: {
    ...SCALARS,
    ...QUANTITY_DEFINITIONS,
    ...ENVIRONMENT_DEFINITIONS,
    Overlay: {
      type: 'object',
      description:
        'A strategic merge patch over the object that the controller makes: what is written here wins, lists of containers and the like are merged by name.',
      properties: {
        metadata: {
          type: 'object',
          description: 'Labels and annotations besides those that the controller sets.',
          properties: {
            labels: {
              $ref: '#/$defs/LabelMap',
              description: 'Labels to add.',
            },
            annotations: {
              type: 'object',
              description: 'Annotations to add.',
              additionalProperties: { type: 'string' },
            },
          },
        },
        spec: {
          type: 'object',
          description: 'The fields of the object’s own `spec` to change; not checked here.',
          'x-kubernetes-preserve-unknown-fields': true,
        },
      },
    },
  },
  spec: {
    type: 'object',
    description: 'How the gateway is deployed and started.',
    properties: {
      workload: {
        type: 'object',
        description: 'What runs the pods of the gateway.',
        properties: {
          kind: {
            type: 'string',
            description:
              '`Deployment` runs as many as it is told, `DaemonSet` one on each node. @default - Deployment',
            enum: ['DaemonSet', 'Deployment'],
          },
        },
      },
      image: IMAGE,
      env: ENVIRONMENT,
      resources: RESOURCES,
      logging: LOGGING,
      shutdown: SHUTDOWN,
      rawConfig: {
        type: 'object',
        description:
          'A standalone file of agentgateway, `config:` and all, that is merged below what the controller makes; for settings that have no field here. Not checked here.',
        'x-kubernetes-preserve-unknown-fields': true,
      },
      modelCatalog: MODEL_CATALOG,
      istio: ISTIO,
      spiffe: SPIFFE,
      ...OVERLAYS,
    },
    rules: [
      forbidden(
        IS_DAEMON_SET,
        ['deployment'],
        '`workload.kind` is DaemonSet, so there is no Deployment; write `daemonSet`',
      ),
      forbidden(
        `!(${IS_DAEMON_SET})`,
        ['daemonSet'],
        'there is a DaemonSet only with `workload.kind: DaemonSet`',
      ),
      forbidden(
        IS_DAEMON_SET,
        ['horizontalPodAutoscaler'],
        'a DaemonSet has one pod on each node, and cannot be scaled',
      ),
    ],
  },
};
