import type { Schema } from '../schema';
import { GATEWAY_POLICIES } from './policies';
import { object, optional, ref } from './shared';

const { extProc: _, transformations: __, ...POLICIES } = GATEWAY_POLICIES;

export const UI: Schema = {
  ...object('The admin page, served on a gateway to those whom its policies let in.', {
    gateways: ref('GatewayRefs'),
    policies: {
      ...object('Who may see it.', { ...POLICIES, csrf: optional('Csrf') }),
      nullable: true,
    },
  }),
  nullable: true,
};
