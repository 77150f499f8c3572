import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from '../diagnostic';
import { nameOf } from '../translator/objects';
import type { Checked } from './check-files';
import { explanationOf, markdownOf } from './codes';
import { jsonText } from './printable';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';
const ROOT = 'SRCROOT';

export interface SarifOptions {
  readonly version: string;
  readonly workingDirectory: string;
}

/** Findings as SARIF 2.1.0, which code scanning services read. */
export function sarifReport({ diagnostics }: Checked, options: SarifOptions): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'agw', version: options.version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: {
          [ROOT]: { uri: `${pathToFileURL(options.workingDirectory).href.replace(/\/?$/, '/')}` },
        },
        results: diagnostics.map((finding) => resultOf(finding, codes, options)),
      },
    ],
  };
  return jsonText(log);
}

function ruleOf(code: string) {
  const { title, paragraph } = explanationOf(code);
  return {
    id: code,
    name: code,
    shortDescription: { text: title },
    fullDescription: { text: paragraph },
    help: { text: paragraph, markdown: markdownOf(code) },
  };
}

function resultOf(finding: Diagnostic, codes: readonly string[], options: SarifOptions) {
  const { severity, code, message, hint } = finding;
  const locations = [locationOf(finding, options)].filter((location) => location !== undefined);
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint ? `${message}\n${hint}` : message },
    ...(locations.length > 0 && { locations }),
  };
}

function locationOf({ source, line, column, object, path }: Diagnostic, options: SarifOptions) {
  const identity = object && `${object.kind} ${nameOf(object)}`;
  const fullyQualifiedName = [identity, path].filter(Boolean).join(' ');
  const logical = fullyQualifiedName && {
    logicalLocations: [{ fullyQualifiedName, kind: 'object' }],
  };
  if (source === undefined || source === '-') return logical || undefined;
  const region = line !== undefined && { region: { startLine: line, startColumn: column ?? 1 } };
  const artifactLocation = artifactOf(source, options.workingDirectory);
  return { physicalLocation: { artifactLocation, ...region }, ...logical };
}

/** Relative to where `agw` runs, which is the repository's root in most pipelines; absolute for what lies elsewhere. */
function artifactOf(path: string, workingDirectory: string) {
  const inside = isAbsolute(path) ? relative(workingDirectory, path) : path;
  if (inside.startsWith('..') || isAbsolute(inside)) return { uri: pathToFileURL(path).href };
  return { uri: slashes(inside).split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT };
}

/** A path of any system with forward slashes, without the `./` that some are written with. */
export function slashes(path: string): string {
  return path
    .split(sep)
    .join('/')
    .replace(/^(?:\.\/)+/, '');
}
