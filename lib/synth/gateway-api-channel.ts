/** The release of Gateway API's definitions that a cluster has. */
export enum GatewayApiChannel {
  /** What `standard-install.yaml` installs. */
  STANDARD = 'standard',
  /** What `experimental-install.yaml` installs: more fields, values and kinds, without a promise to keep them. */
  EXPERIMENTAL = 'experimental',
}
