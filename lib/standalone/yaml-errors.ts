import type { ErrorCode } from 'yaml';

/**
 * What the parser's errors mean, in words of our own: the parser's may quote the text of the file, which may hold
 * secrets.
 */
export const YAML_ERRORS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias takes neither a tag nor an anchor',
  BAD_ALIAS: 'the alias has no anchor before it',
  BAD_COLLECTION_TYPE: 'the tag does not fit what it stands before',
  BAD_DIRECTIVE: 'the `%` directive is not one of YAML',
  BAD_DQ_ESCAPE: 'a text in double quotes has a `\\` that escapes nothing',
  BAD_INDENT: 'the indentation does not fit the lines around it',
  BAD_PROP_ORDER: 'an anchor or tag stands on the wrong side',
  BAD_SCALAR_START: 'a value that begins with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second `: ` stands on this line; a text that holds one needs quotes',
  BLOCK_IN_FLOW: 'inside `{…}` and `[…]` entries are separated by commas, not by lines',
  DUPLICATE_KEY: 'this key stands twice in its map',
  IMPOSSIBLE: 'the text cannot be read as YAML here',
  KEY_OVER_1024_CHARS: 'a key may have 1024 characters at the most',
  MISSING_CHAR: 'a closing quote, a bracket, a comma or a `: ` is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key may not go over several lines; perhaps a `:` is missing',
  MULTIPLE_ANCHORS: 'a value may have one anchor',
  MULTIPLE_DOCS: 'a configuration file holds one document, without a second `---`',
  MULTIPLE_TAGS: 'a value may have one tag',
  NON_STRING_KEY: 'a key must be a text',
  RESOURCE_EXHAUSTION: 'is nested too deeply to be read',
  TAB_AS_INDENT: 'YAML is indented by spaces, not by tabs',
  TAG_RESOLVE_FAILED: 'the value is not what its tag says, or the tag is unknown',
  UNEXPECTED_TOKEN: 'what stands here does not belong here',
};
