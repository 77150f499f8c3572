import { entries, field } from '../schema/json';
import { keyThumbprint } from './key-thumbprint';

/** A key whose private half anybody can read. */
export interface SampleKey {
  /** Where it is published. */
  readonly from: string;
  /** Whose tokens are published with it. @default - it comes with no tokens of an issuer */
  readonly issuers?: readonly string[];
}

/** By thumbprint (RFC 7638). */
const SAMPLES: Readonly<Record<string, SampleKey>> = {
  XhO06x8JjWH1wwkWkyeEUxsooGEWoEdidEpwyd_hmuI: {
    from: "agentgateway's repository, `manifests/jwt`",
    issuers: ['agentgateway.dev', 'me'],
  },
  '0KT4SsgJ0mPdrE6jJNrY5bMvQXOflgt9eISOrCFJXmQ': {
    from: 'the guides of agentgateway and kgateway',
    issuers: ['solo.io'],
  },
  agTO1UmjUGVR2qgH3siM30GlN9HjXAInCzauUbks_TM: {
    from: 'the workshops of Solo.io',
    issuers: ['solo.io'],
  },
  'DHFbpoIUqrY8t2zpA2qXfCmr5VO5ZEr4RzHU_-envvQ': {
    from: "Istio's repository, `security/tools/jwt/samples`",
    issuers: ['testing@secure.istio.io'],
  },
  oGDmHqCJ7yzMkWEkrlZVHkvrHIyQwtlDmeq5ForUHeY: { from: 'jwt.io, the example for RS256' },
  '19J8y7Zprt2-QKLjF2I5pVk0OELX6cY2AfaAv1LC_w8': { from: 'jwt.io, the example for ES256' },
  IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8: { from: 'RFC 7515, appendix A.2' },
  'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U': { from: 'RFC 7515, appendix A.3' },
  'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs': { from: 'RFC 7517, appendix A' },
  'cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s': { from: 'RFC 7517, appendix A' },
  '9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI': { from: 'RFC 7520, section 3' },
  kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k: { from: 'RFC 8037, appendix A' },
};

/** The keys of a key set (RFC 7517 §5) that are known to everybody; none of a text that is no key set. */
export function sampleKeysIn(keySet: string): SampleKey[] {
  const keys = entries(field(parseJson(keySet), 'keys'));
  return keys.flatMap((key) => {
    const thumbprint = keyThumbprint(key);
    return thumbprint !== undefined && Object.hasOwn(SAMPLES, thumbprint)
      ? [SAMPLES[thumbprint]]
      : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
