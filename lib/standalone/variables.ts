/**
 * A value that lives in the environment of the gateway's process: written `$NAME`, and read when the file is loaded.
 * Everything else that holds a `$` is written with `$$`, since agentgateway expands the whole text of a file.
 */
export class Variable {
  constructor(readonly name: string) {}
}
