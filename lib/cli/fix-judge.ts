import type { Document } from 'yaml';
import type { Diagnostic } from '../diagnostic';
import type { Channel } from '../schema/channel';
import { validate } from '../schema/validate';
import { readStandalone } from '../standalone/read';
import { expandText, type VariableLookup } from '../standalone/variables';
import { parseYamlDocuments } from '../standalone/yaml-documents';
import type { Step } from '../standalone/yaml-tree';
import { holdsManifests, locate, parseFile, readManifests } from './manifests';
import type { EditableText } from './yaml-edit-text';

/** What is found in a text, and what edits need to get at it. */
export interface Judgement {
  readonly source: EditableText;
  readonly findings: readonly Judged[];
  /** Findings of the syntax: while there are some, what stands in their documents is not judged. */
  readonly syntax: readonly Diagnostic[];
}

/** A finding, and the document whose part at `at` it is about. */
export interface Judged {
  readonly finding: Diagnostic;
  readonly document: Document;
  readonly at: readonly Step[];
}

export type Judge = (text: string) => Judgement;

export interface JudgeOptions {
  /** How findings name the file. */
  readonly source: string;
  readonly variables: VariableLookup;
  /** The release of Gateway API's definitions that the cluster has. @default 'standard' */
  readonly channel?: Channel;
}

/** The verdict on a file of manifests or a standalone file, told apart by what is in it. */
export function judge(text: string, options: JudgeOptions): Judgement {
  const { source: path, channel } = options;
  const file = { path, text };
  const parsed = parseFile(file);
  if (parsed.diagnostics.length > 0) {
    return { source: { text }, findings: [], syntax: parsed.diagnostics };
  }
  if (!holdsManifests(parsed.yaml.documents)) return judgeStandalone(text, options);
  const { manifests, diagnostics } = readManifests(file, parsed);
  const findings = manifests.flatMap((manifest) =>
    validate(manifest.object, { ...(channel && { channel }) }).map((finding) => ({
      finding: locate(manifest, finding),
      document: manifest.tree.document,
      at: manifest.at,
    })),
  );
  return { source: { text }, findings, syntax: diagnostics };
}

function judgeStandalone(text: string, options: JudgeOptions): Judgement {
  // What is not set is reported by the check itself; the rest of the file is read as if it were empty.
  const variables = (name: string) => options.variables(name) ?? '';
  const { diagnostics } = readStandalone(text, { source: options.source, variables });
  const { text: expanded, originalOffset } = expandText(text, variables);
  const source = { text, expanded, originalOffset };
  const parsed = parseYamlDocuments(expanded, { stringKeys: true });
  const document = 'documents' in parsed ? parsed.documents[0] : undefined;
  if (!document || document.errors.length > 0) return { source, findings: [], syntax: diagnostics };
  const findings = diagnostics
    .filter(({ code }) => code !== 'Unsupported')
    .map((finding) => ({ finding, document, at: [] }));
  return { source, findings, syntax: [] };
}
