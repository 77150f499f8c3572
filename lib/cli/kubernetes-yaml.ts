import type { YamlOptions } from '../standalone/yaml-documents';

/**
 * Scalars as kubectl reads them, which is YAML 1.1 as Go's libraries have it: `yes` and `off` are booleans, `0755` is
 * octal, `1_000` a number, and dates are texts.
 */
export const KUBERNETES_YAML: YamlOptions = {
  logLevel: 'silent',
  customTags: (tags) => [TRUE, FALSE, INTEGER, LEADING_ZERO, UNDERSCORES, ...tags],
};

const BOOLEAN = 'tag:yaml.org,2002:bool';
const NUMBER = 'tag:yaml.org,2002:int';

const TRUE = {
  tag: BOOLEAN,
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON)$/,
  resolve: () => true,
} as const;

const FALSE = {
  tag: BOOLEAN,
  default: true,
  test: /^(?:n|N|no|No|NO|off|Off|OFF)$/,
  resolve: () => false,
} as const;

/** Go's prefixes: `0b1010`, `0o17`, `0x1F`, and `017` for octal. */
const INTEGER = {
  tag: NUMBER,
  default: true,
  test: /^[-+]?0(?:[bB][01_]+|[oO]?[0-7_]+|[xX][0-9a-fA-F_]+)$/,
  resolve: (text: string) => {
    const sign = text.startsWith('-') ? -1 : 1;
    const digits = text.replace(/[-+_]/g, '').toLowerCase();
    return sign * Number(/^0[box]/.test(digits) ? digits : `0o${digits.slice(1) || '0'}`);
  },
} as const;

/** No octal number, and hence decimal: `089`. */
const LEADING_ZERO = {
  tag: NUMBER,
  default: true,
  test: /^[-+]?0[0-9]*[89][0-9]*$/,
  resolve: (text: string) => Number(text),
} as const;

const UNDERSCORES = {
  tag: NUMBER,
  default: true,
  test: /^[-+]?[1-9][0-9]*_[0-9_]*$/,
  resolve: (text: string) => Number(text.replaceAll('_', '')),
} as const;
