import { resolver } from '../schema/schema';
import { STANDALONE } from '../schema/standalone/document';
import type { LineIndex } from '../standalone/line-index';
import { parseYamlDocuments } from '../standalone/yaml-documents';
import { YamlTree } from '../standalone/yaml-tree';
import type { ShownFile } from './excerpt';
import type { FoundFile } from './files';
import {
  holdsManifests,
  type ParsedFile,
  type ParsedManifests,
  parseFile,
  readManifests,
} from './manifests';
import { type MaskedRange, maskedInManifest, maskedInStatement } from './masked-ranges';
import type { Statement } from './statement-walk';

export const STANDALONE_STATEMENT: Statement = {
  schema: STANDALONE.document,
  resolve: resolver(STANDALONE.definitions),
};

/**
 * A file that is being checked. What its text means takes ten times the room that it does, and is dropped between the
 * passes over many files: whoever asks again pays again.
 */
export class CheckedFile implements ShownFile {
  #parsed: ParsedFile | undefined;
  #manifests: ParsedManifests | undefined;
  #standaloneTrees: readonly YamlTree[] | undefined;
  #masked: readonly MaskedRange[] | undefined;
  #isMasked = false;

  constructor(
    readonly found: FoundFile,
    readonly text: string,
  ) {}

  get path(): string {
    return this.found.path;
  }

  get parsed(): ParsedFile {
    this.#parsed ??= parseFile(this);
    return this.#parsed;
  }

  get lines(): LineIndex {
    return this.parsed.lines;
  }

  get holdsManifests(): boolean {
    return holdsManifests(this.parsed.yaml.documents);
  }

  get isBroken(): boolean {
    const { yaml, diagnostics } = this.parsed;
    return diagnostics.length > 0 || yaml.documents.some(({ errors }) => errors.length > 0);
  }

  get manifests(): ParsedManifests {
    this.#manifests ??= readManifests(this, this.parsed);
    return this.#manifests;
  }

  /** Its documents as agentgateway's parser reads YAML. */
  get standaloneTrees(): readonly YamlTree[] {
    this.#standaloneTrees ??= this.#parseStandalone();
    return this.#standaloneTrees;
  }

  #parseStandalone(): readonly YamlTree[] {
    const yaml = parseYamlDocuments(this.text, { logLevel: 'silent', stringKeys: true });
    if (!('documents' in yaml)) return [];
    return yaml.documents.map((document) => new YamlTree(document, { mergeKeys: false }));
  }

  /** Nothing while its YAML is broken: then no value is shown. */
  get masked(): readonly MaskedRange[] | undefined {
    if (!this.#isMasked) this.#masked = this.#mask();
    this.#isMasked = true;
    return this.#masked;
  }

  release(): void {
    this.#parsed = undefined;
    this.#manifests = undefined;
    this.#standaloneTrees = undefined;
  }

  #mask(): MaskedRange[] | undefined {
    if (this.isBroken) return undefined;
    const ranges = this.holdsManifests ? this.#inManifests() : this.#inStandalone();
    return ranges?.sort((a, b) => a.start - b.start);
  }

  #inManifests(): MaskedRange[] | undefined {
    const { manifests, diagnostics } = this.manifests;
    return diagnostics.length > 0 ? undefined : manifests.flatMap(maskedInManifest);
  }

  #inStandalone(): MaskedRange[] {
    return this.standaloneTrees.flatMap((tree) =>
      maskedInStatement(tree.resolved(tree.document.contents), tree, STANDALONE_STATEMENT),
    );
  }
}
