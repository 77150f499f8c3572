/** A command of a page, and what the page says that it prints. */
export interface Block {
  readonly command: string;
  /** @default - the page does not say */
  readonly expected?: string;
}

/** The ```bash blocks of a page, each with the ```text block that follows it, if one does. */
export function bashBlocks(page: string): Block[] {
  const fences = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return fences.flatMap(([, language, text], index) => {
    if (language !== 'bash') return [];
    const next = fences[index + 1];
    return [{ command: text, expected: next?.[1] === 'text' ? next[2] : undefined }];
  });
}

const PORT_OF_SERVICE = /(?:--port \d+:|upstream -- [\w-]+ )(\d+)/;
const END_OF_BLOCK = '--- end of block';

/** One script that runs the blocks as a reader does, in one shell, waiting for what they start in the background. */
export function scriptOf(blocks: readonly Block[]): string {
  const steps = blocks.map(({ command }) => {
    const port = /&\s*$/.test(command) ? PORT_OF_SERVICE.exec(command)?.[1] : undefined;
    const wait = port ? `wait_for ${port}\n` : '';
    return `${command}${wait}echo; echo "${END_OF_BLOCK} $?"`;
  });
  return `
wait_for() {
  for _ in $(seq 200); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
    sleep 0.1
  done
  echo "nothing listens on port $1" >&2
  exit 1
}
${steps.join('\n')}
exit 0
`;
}

export interface Result {
  readonly output: string;
  readonly code: number;
}

export function resultsOf(stdout: string): Result[] {
  const parts = stdout.split(new RegExp(`^${END_OF_BLOCK} (\\d+)\\n`, 'm'));
  const results: Result[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2)
    results.push({ output: parts[at].trim(), code: Number(parts[at + 1]) });
  return results;
}
